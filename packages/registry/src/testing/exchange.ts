/** What a registry was asked. */
export interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: Uint8Array
}

/** What it answers. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** How the connection ends, where something is wrong with it. Default: as it should. */
  readonly ending?: 'reset' | 'stall' | 'cut-off'
}

const encoder = new TextEncoder()

export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: encoder.encode(JSON.stringify(value)) }
}

/** As the distribution-spec wants errors to be said. */
export function errorAnswer(status: number, code: string, headers?: Readonly<Record<string, string>>): Answer {
  return jsonAnswer(status, { errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }, headers)
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: new Uint8Array() }
}
