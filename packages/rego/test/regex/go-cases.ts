import { compileRegex } from '../../src/regex/regex.ts'
import { findAll, splitAll } from '../../src/regex/find-all.ts'
import { replaceAll } from '../../src/regex/replace.ts'

/** A line of the oracle: [pattern, error] or [pattern, text, matches, split, replaced]. */
export type GoCase = readonly unknown[]

const free = (): void => {}

/** What this engine says about the pattern and text of a case, in the oracle's form. */
export function answer([pattern, text, ...rest]: GoCase): GoCase {
  if (typeof pattern !== 'string' || typeof text !== 'string') throw new TypeError('not a case of the oracle')
  let regex
  try {
    regex = compileRegex(pattern)
  } catch (error) {
    return [pattern, error instanceof Error ? error.message : error]
  }
  if (rest.length === 0) return [pattern, 'compiles']
  const { capture } = regex
  const groups = regex.groupNames.length * 2
  const matches = findAll(text, -1, (whole, at) => capture(whole, at)).map((match) => Array.from({ length: groups }, (_, slot) => match[slot] ?? -1))
  return [pattern, text, matches, splitAll(regex, text, free), replaceAll(regex, text, '<$1${n}$m|$$>', free, free)]
}

export const parseCases = (lines: string): readonly GoCase[] =>
  lines
    .trimEnd()
    .split('\n')
    .map((line): GoCase => {
      const parsed: unknown = JSON.parse(line)
      if (!Array.isArray(parsed)) throw new TypeError('not a case of the oracle')
      return parsed
    })
