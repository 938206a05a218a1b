import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Arguments } from './arguments.ts'

/** A case that is known to fail, and why that is right for now. */
export interface ExpectedFailure {
  readonly id: string
  /** What comes later and the issue that brings it, what Go gets wrong, a B-number of the known bugs in Go, or what the machine lacks. */
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

/** The list that a command line asks for, and where it stands. */
export function expectedOf({ kind, expected }: Pick<Arguments, 'kind' | 'expected'>): { readonly path: string; readonly list: ReadonlyMap<string, ExpectedFailure> } | undefined {
  if (expected === 'none') return undefined
  const path = expected === 'checked in' ? fileURLToPath(new URL(`../expected/${kind}.json`, import.meta.url)) : expected.path
  // a kind of which every case does as expected has no list
  return expected === 'checked in' && !existsSync(path) ? undefined : { path, list: readExpected(path) }
}
