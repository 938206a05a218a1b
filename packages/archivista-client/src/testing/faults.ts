import type { Answer, Asked } from './server/exchange.ts'
import { pathOf, routeOf } from './server/routes.ts'
import type { Route } from './server/routes.ts'
import type { EvidenceStore } from './server/store.ts'

/** Something that goes wrong, and with which requests. */
export interface Fault {
  /** Default: every route. */
  readonly route?: Route
  /** Requests of that route that go well before it. Default: 0. */
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
    // the answer says that all went well, and what was uploaded is gone
    | 'lost-write'
    // another answer, below
    | 'answer'
    // the right answer with other bytes in its body, below
    | 'change'
  /** With `answer`: the status. Default: 200. */
  readonly status?: number
  /** With `answer`: the headers. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** With `answer`: the body. Default: nothing. */
  readonly body?: string | Uint8Array
  /** With `change`: the other bytes. */
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

  /** The answer to a request, after the first fault that fits it. */
  apply(asked: Asked, store: EvidenceStore, inner: () => Answer): Answer {
    const route = routeOf(pathOf(asked.target) ?? '')
    for (const planned of this.#planned) {
      const { fault } = planned
      if (fault.route !== undefined && fault.route !== route) continue
      const seen = planned.seen++
      const after = fault.after ?? 0
      if (seen >= after && seen < after + (fault.times ?? Number.POSITIVE_INFINITY)) return spoilt(fault, store, inner)
    }
    return inner()
  }
}

function spoilt({ kind, status = 200, headers = {}, body = '', change }: Fault, store: EvidenceStore, inner: () => Answer): Answer {
  if (kind === 'answer') return { status, headers: Object.entries(headers), body: typeof body === 'string' ? new TextEncoder().encode(body) : body }
  // what never answers never did anything either
  if (kind === 'reset' || kind === 'stall') return { status: 200, headers: [], body: new Uint8Array(), ending: kind }
  if (kind === 'lost-write') {
    const before = new Set(store.gitoids)
    const answer = inner()
    for (const gitoid of store.gitoids) if (!before.has(gitoid)) store.forget(gitoid)
    return answer
  }
  const answer = inner()
  return kind === 'change' ? { ...answer, body: change?.(answer.body) ?? answer.body } : { ...answer, ending: kind }
}
