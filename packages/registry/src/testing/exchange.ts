import type { Answer } from '@cilock/http/testing'

const encoder = new TextEncoder()

export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return bytesAnswer(status, encoder.encode(JSON.stringify(value)), { 'content-type': 'application/json', ...headers })
}

/** As the distribution-spec wants errors to be said. */
export function errorAnswer(status: number, code: string, headers?: Readonly<Record<string, string>>): Answer {
  return jsonAnswer(status, { errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }, headers)
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return bytesAnswer(status, new Uint8Array(), headers)
}

export function bytesAnswer(status: number, body: Uint8Array, headers: Readonly<Record<string, string>>): Answer {
  return { status, headers: Object.entries(headers), body }
}
