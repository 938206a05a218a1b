import type { Answer, Asked } from './exchange.ts'

/** Something that goes wrong, and how often. Doubles add which requests it happens to. */
export interface Fault {
  /** Requests that go well before it. Default: 0. */
  readonly after?: number
  /** How often it happens. Default: always. */
  readonly times?: number
  /** What goes wrong. */
  readonly kind:
    // the connection is closed before anything was said
    | 'reset'
    // nothing is ever said
    | 'stall'
    // the body breaks off in its middle
    | 'cut-off'
    // the body stops in its middle, and the connection stays open
    | 'stall-body'
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
  /** With `answer`. Default: nothing. */
  readonly body?: string | Uint8Array
  /** With `change`. Default: the bytes as they are. */
  readonly change?: (body: Uint8Array) => Uint8Array
}

/** What goes wrong next: the first fault that fits a request and is due decides. */
export class Faults<Planned extends Fault> {
  readonly #fits: (fault: Planned, asked: Asked) => boolean
  readonly #planned: { readonly fault: Planned; seen: number }[] = []

  constructor(fits: (fault: Planned, asked: Asked) => boolean) {
    this.#fits = fits
  }

  /** Lets it happen from now on. */
  add(fault: Planned): void {
    this.#planned.push({ fault, seen: 0 })
  }

  /** All goes well again. */
  clear(): void {
    this.#planned.length = 0
  }

  /** The answer to a request. `lose` answers as `answer` does, and keeps nothing of it. */
  apply(asked: Asked, answer: () => Answer, lose: () => Answer): Answer {
    for (const planned of this.#planned) {
      const { after = 0, times = Number.POSITIVE_INFINITY } = planned.fault
      if (!this.#fits(planned.fault, asked)) continue
      const seen = planned.seen++
      if (seen >= after && seen < after + times) return spoilt(planned.fault, answer, lose)
    }
    return answer()
  }
}

function spoilt({ kind, status = 200, headers = {}, body = '', change = (bytes) => bytes }: Fault, answer: () => Answer, lose: () => Answer): Answer {
  if (kind === 'answer') return { status, headers: Object.entries(headers), body: typeof body === 'string' ? new TextEncoder().encode(body) : body }
  // what never answers never did anything either
  if (kind === 'reset' || kind === 'stall') return { status: 200, headers: [], body: new Uint8Array(), ending: kind }
  if (kind === 'lost-write') return lose()
  const right = answer()
  if (kind !== 'change') return { ...right, ending: kind }
  const replaced = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  return { ...right, headers: [...right.headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...Object.entries(headers)], body: change(right.body) }
}
