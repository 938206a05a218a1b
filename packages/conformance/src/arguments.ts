import { parseArgs } from 'node:util'
import type { Mode } from './case.ts'

export interface Arguments {
  readonly kind: string
  readonly folders: readonly string[]
  readonly only: string | undefined
  readonly expected: string | undefined
  readonly mode: Mode
}

const modes = new Set<string>(['read', 'write', 'both'])

/** KIND FOLDER… [--only GLOB] [--expected FILE] [--mode read|write|both] */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { only: { type: 'string' }, expected: { type: 'string' }, mode: { type: 'string', default: 'both' } },
  })
  const [kind, ...folders] = positionals
  if (kind === undefined || folders.length === 0) throw new TypeError('expected KIND FOLDER…')
  if (!modes.has(values.mode)) throw new TypeError('--mode is read, write or both')
  return { kind, folders, only: values.only, expected: values.expected, mode: values.mode as Mode }
}
