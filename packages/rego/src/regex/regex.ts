import { type Automaton, automaton } from './automaton.ts'
import { literalPrefix } from './node.ts'
import { parseRegex } from './parse.ts'
import { codePointAt, codePointBefore, width } from './position.ts'
import { compileProgram } from './program.ts'
import { type Captures, simulate } from './simulate.ts'

/** Takes note of work done, and throws when there was too much of it. */
export type Spend = (amount: number) => void

export interface RegexOptions {
  /** Most steps of the compiled program (one for each character or class, repetitions written out). Default: 100,000. */
  readonly maxSize?: number
}

/** A compiled expression. Positions are indices into the JavaScript string; matching works on code points. */
export interface Regex {
  readonly pattern: string
  /** The name of each group, '' where it has none; the whole match is entry 0. */
  readonly groupNames: readonly string[]
  /** Whether the text holds a match. */
  readonly test: (text: string, spend?: Spend) => boolean
  /** Start and end of the leftmost match that begins at `from` or after it. */
  readonly find: (text: string, from: number, spend?: Spend) => readonly [number, number] | undefined
  /** The same with start and end of every group, undefined where a group took no part. */
  readonly capture: (text: string, from: number, spend?: Spend) => Captures | undefined
}

const free: Spend = () => {}

/** A long text is paid for after each piece of this length, so that a limit stops the search on the way. */
const piece = 1024

/**
 * Compiles an expression of RE2's syntax. Matching takes time proportional to the text, whatever the pattern: a
 * deterministic automaton built on the way finds where the leftmost-first match ends, another one that reads backwards
 * where it begins, and a thread simulation over the match finds its groups.
 *
 * The work told to `spend` depends on the pattern and on the text read, not on what was matched before.
 *
 * @throws {RegexSyntaxError} with the text of Go's `regexp.Compile`
 */
export function compileRegex(pattern: string, options: RegexOptions = {}): Regex {
  const { root, groupNames } = parseRegex(pattern, options.maxSize ?? 100_000)
  const program = compileProgram(root, false)
  const rate = 1 + (program.steps.length >> 4)
  const prefix = literalPrefix(root)
  let searcher: Automaton | undefined
  let reverse: Automaton | undefined

  const searching = (): Automaton => (searcher ??= automaton(program, { searching: true, longest: false }))
  const reversed = (): Automaton => (reverse ??= automaton(compileProgram(root, true), { searching: false, longest: true }))

  /** Where the text has what every match begins with, at `start` or after it; -1 where it has not. */
  const findPrefix = (text: string, start: number, spend: Spend): number => {
    if (prefix.text === '') return start
    const at = text.indexOf(prefix.text, start)
    spend(1 + (((at < 0 ? text.length : at) - start) >> 6))
    return at
  }

  /** The end of the leftmost-first match, or -1; with `any`, the end of some match. */
  const findEnd = (text: string, start: number, any: boolean, spend: Spend): number => {
    const from = findPrefix(text, start, spend)
    if (from < 0) return -1
    if (prefix.complete && prefix.text !== '') return from + prefix.text.length
    const machine = searching()
    let state = machine.begin(codePointBefore(text, from))
    let end = -1
    let at = from
    let paid = from
    for (;;) {
      if (at - paid >= piece) {
        spend((at - paid) * rate)
        paid = at
      }
      const codePoint = codePointAt(text, at)
      const { matched, state: following } = machine.advance(state, codePoint)
      if (matched) end = at
      if (following === undefined || (any && matched)) break
      state = following
      at += width(codePoint)
    }
    spend((at - paid + 1) * rate)
    return end
  }

  /** Reads backwards from the end of a match to its farthest beginning. */
  const findStart = (text: string, from: number, end: number, spend: Spend): number => {
    spend(Math.ceil((end - from) / piece) * rate)
    const machine = reversed()
    let state = machine.begin(codePointAt(text, end))
    let start = end
    let at = end
    for (;;) {
      const codePoint = codePointBefore(text, at)
      const { matched, state: following } = machine.advance(state, codePoint)
      if (matched) start = at
      if (following === undefined || at <= from) break
      state = following
      at -= width(codePoint)
    }
    return start
  }

  const find = (text: string, from: number, spend: Spend = free): readonly [number, number] | undefined => {
    const end = findEnd(text, from, false, spend)
    if (end >= 0 && prefix.complete && prefix.text !== '') return [end - prefix.text.length, end]
    return end < 0 ? undefined : [findStart(text, from, end, spend), end]
  }

  return {
    pattern,
    groupNames,
    test: (text, spend = free) => findEnd(text, 0, true, spend) >= 0,
    find,
    capture: (text, from, spend = free) => {
      const whole = find(text, from, spend)
      if (whole === undefined || groupNames.length === 1) return whole
      spend((whole[1] - whole[0] + 1) * rate)
      return simulate(program, text, whole[0], whole[1], groupNames.length)
    },
  }
}
