import { parseArgs } from 'node:util'
import type { Mode } from './case.ts'

export interface Arguments {
  readonly kind: string
  readonly folders: readonly string[]
  readonly only: string | undefined
  /** A file, or the list that is checked in for the kind, or none at all. */
  readonly expected: { readonly path: string } | 'checked in' | 'none'
  readonly mode: Mode
}

const modes = new Set<string>(['read', 'write', 'both'])

/** KIND FOLDER… [--only GLOB] [--expected FILE | --no-expected] [--mode read|write|both] */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { only: { type: 'string' }, expected: { type: 'string' }, 'no-expected': { type: 'boolean', default: false }, mode: { type: 'string', default: 'both' } },
  })
  const [kind, ...folders] = positionals
  if (kind === undefined || folders.length === 0) throw new TypeError('expected KIND FOLDER…')
  if (!modes.has(values.mode)) throw new TypeError('--mode is read, write or both')
  if (values['no-expected'] && values.expected !== undefined) throw new TypeError('--expected or --no-expected, not both')
  const expected = values['no-expected'] ? 'none' : values.expected === undefined ? 'checked in' : { path: values.expected }
  return { kind, folders, only: values.only, expected, mode: values.mode as Mode }
}
