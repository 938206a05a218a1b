import type { Answer } from '@cilock/http/testing'

/** An error in plain text, as Go's `http.Error` writes it. */
export function textAnswer(status: number, text: string): Answer {
  return {
    status,
    headers: [['Content-Type', 'text/plain; charset=utf-8'], ['X-Content-Type-Options', 'nosniff']],
    body: new TextEncoder().encode(`${text}\n`),
  }
}

export const notFound: Answer = textAnswer(404, '404 page not found')
