import { readFileSync } from 'node:fs'

/** A case that is known to fail, and why that is right for now. */
export interface ExpectedFailure {
  readonly id: string
  /** What comes later, what Go gets wrong, a B-number of the known bugs in Go, or what the machine lacks. */
  readonly reason: string
}

/** Reads a list of expected failures: JSON, `{ "<reason>": ["<id>", …] }`. */
export function readExpected(path: string): ReadonlyMap<string, ExpectedFailure> {
  const list: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (typeof list !== 'object' || list === null || Array.isArray(list)) throw new TypeError(`${path}: expected an object of lists by reason`)
  const expected = new Map<string, ExpectedFailure>()
  for (const [reason, ids] of Object.entries(list)) {
    if (!Array.isArray(ids) || reason === '') throw new TypeError(`${path}: expected a list of case ids under ${JSON.stringify(reason)}`)
    for (const id of ids as readonly unknown[]) {
      if (typeof id !== 'string' || expected.has(id)) throw new TypeError(`${path}: ${JSON.stringify(id)} is no id, or stands there twice`)
      expected.set(id, { id, reason })
    }
  }
  return expected
}
