/** What a JSON head must hold to be of a narrower format: one of the paths, with one of the values if any are named. */
export interface JsonQuery {
  readonly path: readonly string[]
  /** Raw JSON text; absent: any value. */
  readonly values?: readonly string[]
}

export interface JsonScan {
  /** So many bytes were understood as one document. */
  readonly parsed: number
  /** So many bytes were looked at: a cut document was looked at to its end. */
  readonly inspected: number
  /** What the document's outermost value is; undefined where there is none. */
  readonly outermost: 'array' | 'object' | 'scalar' | undefined
  /** Whether one of the queries holds. */
  readonly matched: boolean
}

interface Container {
  readonly kind: 'array' | 'object'
  /** Where parsing goes on when this container turns out to be broken: behind its opening bracket. */
  readonly resume: number
  /** Of the member that is being read: what its value has to be, and where that begins. */
  query: JsonQuery | undefined
  valueStart: number
}

/**
 * Reads JSON as far as it goes. This is no parser to rely on: it accepts what Go's mimetype library accepts, since the
 * MIME type of a product decides in CI/lock which attestors look at it. Known oddities that are kept: a trailing comma
 * is fine; a broken string, array or object counts as a value of one character; a path is off by one level after an
 * array that is not empty.
 */
export function scanJson(text: string, queries: readonly JsonQuery[] = []): JsonScan {
  const path: string[] = []
  const open: Container[] = []
  let at = 0
  let inspected = 0
  let matched = queries.length === 0
  let outermost: JsonScan['outermost']

  const step = (count = 1): void => {
    at += count
    inspected += count
  }
  const skipSpace = (): void => {
    while (at < text.length && isJsonSpace(text.charCodeAt(at))) step()
  }
  /** Reads the text of a member up to its value; false where it is broken. */
  const member = (container: Container): boolean => {
    if (text.charAt(at) !== '"') return false
    step()
    const start = at
    if (!string()) return false
    path.push(text.slice(start, at - 1))
    container.query = matched ? undefined : queries.find((query) => samePath(query.path, path))
    skipSpace()
    if (text.charAt(at) !== ':') return false
    step()
    skipSpace()
    container.valueStart = at
    return at < text.length
  }
  /** The rest of a string behind its opening quote. */
  const string = (): boolean => {
    while (at < text.length) {
      const character = text.charAt(at)
      step()
      if (character === '"') return true
      if (character !== '\\') continue
      const escaped = text.charAt(at)
      if (escaped === '' || !'"\\/bfnrtu'.includes(escaped)) return false
      step()
      if (escaped !== 'u') continue
      for (let digits = 0; digits < 4 && at < text.length; digits++) {
        if (!isHexDigit(text.charCodeAt(at))) return false
        step()
      }
    }
    return false
  }
  const digits = (): boolean => {
    const start = at
    while (isDigit(text.charCodeAt(at))) step()
    return at > start
  }
  const number = (): boolean => {
    if (text.charAt(at) === '-') step()
    let found = digits()
    if (text.charAt(at) === '.') step()
    found = digits() || found
    if (found && (text.charAt(at) === 'e' || text.charAt(at) === 'E')) {
      step()
      if (text.charAt(at) === '+' || text.charAt(at) === '-') step()
      found = digits()
    }
    return found
  }
  const word = (expected: string): boolean => {
    for (const character of expected) {
      if (text.charAt(at) !== character) return false
      step()
    }
    return true
  }

  // What the machine does next: read a value, go on behind one, or give up the innermost container.
  let next: 'value' | 'after' | 'broken' = 'value'
  let parsed = 0
  for (;;) {
    const container = open.at(-1)
    if (next === 'value') {
      const start = at
      skipSpace()
      const first = text.charAt(at)
      if (open.length === 0 && first !== '') outermost = first === '[' ? 'array' : first === '{' ? 'object' : 'scalar'
      if (first === '[' || first === '{') {
        step()
        open.push({ kind: first === '[' ? 'array' : 'object', resume: at, query: undefined, valueStart: at })
        if (first === '[' && queries.length > 0) path.push('[')
        next = enter()
        continue
      }
      const from = at
      let ok: boolean
      if (first === '"') {
        step()
        ok = string()
        if (!ok) at = from + 1
      } else {
        ok = first === 't' ? word('true') : first === 'f' ? word('false') : first === 'n' ? word('null') : first !== '' && number()
        if (!ok) at = from
      }
      if (ok) skipSpace()
      parsed = at
      if (container === undefined) break
      next = at > start ? 'after' : 'broken'
    } else if (next === 'after') {
      if (container === undefined) {
        parsed = at
        break
      }
      if (container.kind === 'object' && container.query !== undefined) {
        const value = trimJsonSpace(text.slice(container.valueStart, at))
        if (container.query.values?.includes(value) ?? true) matched = true
        container.query = undefined
      }
      const character = text.charAt(at)
      const closing = container.kind === 'array' ? ']' : '}'
      if (character !== ',' && character !== closing) {
        next = 'broken'
        continue
      }
      if (container.kind === 'object') path.pop()
      step()
      if (character === ',') {
        next = enter()
      } else {
        open.pop()
        skipSpace()
      }
    } else {
      // Only the opening bracket counts, and the space before it, which has been passed.
      open.pop()
      at = container?.resume ?? at
      next = 'after'
    }
  }
  return { parsed, inspected, outermost, matched }

  /** At the begin of a container, or behind a comma in it. */
  function enter(): 'value' | 'after' | 'broken' {
    const container = open.at(-1)
    if (container === undefined || at >= text.length) return 'broken'
    skipSpace()
    if (at >= text.length) return 'broken'
    if (text.charAt(at) === (container.kind === 'array' ? ']' : '}')) {
      step()
      if (container.kind === 'array' && queries.length > 0) path.pop()
      open.pop()
      skipSpace()
      return 'after'
    }
    if (container.kind === 'array') return 'value'
    return member(container) ? 'value' : 'broken'
  }
}

function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index])
}

function isJsonSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function trimJsonSpace(text: string): string {
  let end = text.length
  while (end > 0 && isJsonSpace(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)
}
