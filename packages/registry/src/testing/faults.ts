import { emptyAnswer } from './exchange.ts'
import type { Answer, Asked } from './exchange.ts'

/** Something that goes wrong, and with which requests. */
export interface Fault {
  /** Default: all. */
  readonly method?: string
  /** Of the path. Default: all. */
  readonly path?: RegExp
  /** Requests that go well before it. Default: 0. */
  readonly after?: number
  /** How often it happens. Default: always. */
  readonly times?: number
  /** What goes wrong. */
  readonly kind:
    // the connection ends before an answer
    | 'reset'
    // nothing is ever said
    | 'stall'
    // the body breaks off in its middle
    | 'cut-off'
    // the answer says that all went well, and nothing was kept
    | 'lost-write'
    // another answer, below
    | 'answer'
    // the right answer with other bytes, below
    | 'change'
  /** With `answer`. Default: 200. */
  readonly status?: number
  /** With `answer`: all of them; with `change`: over the right ones. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** With `answer`. Default: none. */
  readonly body?: string
  /** With `change`. Default: the bytes as they are. */
  readonly change?: (body: Uint8Array) => Uint8Array
}

/** What goes wrong next. */
export class Faults {
  readonly #planned: { readonly fault: Fault; seen: number }[] = []

  add(fault: Fault): void {
    this.#planned.push({ fault, seen: 0 })
  }

  clear(): void {
    this.#planned.length = 0
  }

  /** The answer after the first fault that fits. `write` answers without keeping anything. */
  apply(asked: Asked, answer: () => Answer, write: () => Answer): Answer {
    for (const planned of this.#planned) {
      const { method, path, after = 0, times = Number.POSITIVE_INFINITY } = planned.fault
      if ((method !== undefined && method !== asked.method) || path?.test(asked.url.pathname) === false) continue
      const seen = planned.seen++
      if (seen >= after && seen < after + times) return spoilt(planned.fault, answer, write)
    }
    return answer()
  }
}

function spoilt({ kind, status = 200, headers = {}, body = '', change = (bytes) => bytes }: Fault, answer: () => Answer, write: () => Answer): Answer {
  if (kind === 'answer') return { status, headers, body: new TextEncoder().encode(body) }
  if (kind === 'reset' || kind === 'stall') return { ...emptyAnswer(200), ending: kind }
  if (kind === 'lost-write') return write()
  const right = answer()
  return kind === 'cut-off' ? { ...right, ending: 'cut-off' } : { ...right, headers: { ...right.headers, ...headers }, body: change(right.body) }
}
