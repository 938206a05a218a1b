import { type CharSet, newline, word } from './char-set.ts'
import { assertion } from './node.ts'

const maxRemembered = 4096

/**
 * Sorts code points into kinds that a program cannot tell apart, as they are met. The transitions of the automaton are
 * kept for each kind rather than for each character.
 */
export interface Alphabet {
  /** A small number for the kind of the code point; -1 (the edge of the text) is kind 0. */
  readonly kindOf: (codePoint: number) => number
  /** Any code point of the kind. */
  readonly example: (kind: number) => number
}

export function alphabet(programSets: readonly CharSet[], conditions: number): Alphabet {
  const singles = new Set(programSets.filter((set) => set.single >= 0).map((set) => set.single))
  const sets = programSets.filter((set) => set.single < 0)
  if ((conditions & (assertion.beginLine | assertion.endLine)) !== 0) sets.push(newline)
  if ((conditions & (assertion.wordBoundary | assertion.noWordBoundary)) !== 0) sets.push(word)

  const kinds = new Map<string, number>()
  const examples = [-1]
  const low = new Int32Array(128)
  const high = new Map<number, number>()

  const classify = (codePoint: number): number => {
    let key = singles.has(codePoint) ? `${codePoint}` : ''
    for (const set of sets) key += set.has(codePoint) ? 'y' : 'n'
    let kind = kinds.get(key)
    if (kind === undefined) {
      kind = examples.push(codePoint) - 1
      kinds.set(key, kind)
    }
    return kind
  }

  return {
    kindOf: (codePoint) => {
      if (codePoint < 128) {
        if (codePoint < 0) return 0
        const known = low[codePoint]
        if (known !== undefined && known > 0) return known
      }
      const known = high.get(codePoint)
      if (known !== undefined) return known
      const kind = classify(codePoint)
      if (codePoint < 128) low[codePoint] = kind
      else {
        if (high.size >= maxRemembered) high.clear()
        high.set(codePoint, kind)
      }
      return kind
    },
    example: (kind) => examples[kind] ?? -1,
  }
}
