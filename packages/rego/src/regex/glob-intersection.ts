import type { Spend } from './regex.ts'

/** One piece of a simple pattern: the code points it stands for (flat pairs of ranges), once or, with a flag, repeated. */
interface Token {
  readonly kind: 'character' | 'dot' | 'set'
  readonly ranges: readonly number[]
  flag: '' | '+' | '*'
}

type Fail = (text: string) => Error

/** Reads the dialect of `regex.globs_match`: characters, `.`, `[a-z]`, a backslash, and `+` or `*` after any of them. */
function tokenize(source: string, fail: Fail): Token[] {
  const input = Array.from(source)
  const invalid = (at: number, text: string): Error => fail(`input:${source}, pos:${at}, ${text}: the input provided is invalid`)
  const next = (at: number): { readonly char: string; readonly escaped: boolean; readonly end: number } => {
    const char = input[at] ?? ''
    if (char !== '\\') return { char, escaped: false, end: at + 1 }
    const following = input[at + 1]
    if (following === undefined) throw invalid(at, 'input ends with a \\ (escape) character')
    return { char: following, escaped: true, end: at + 2 }
  }
  const point = (char: string): number => char.codePointAt(0) ?? 0

  const readSet = (start: number): { readonly ranges: number[]; readonly end: number } => {
    const ranges: number[] = []
    let previous = -1
    let at = start
    while (at < input.length) {
      const { char, escaped, end } = next(at)
      at = end
      if (!escaped && char === ']') return { ranges, end: at }
      if (escaped || char !== '-') {
        previous = point(char)
        ranges.push(previous, previous)
        continue
      }
      if (previous < 0) throw invalid(at, "range character '-' must be preceded by a Unicode character")
      if (at >= input.length - 1) throw invalid(at, "range character '-' must be followed by a Unicode character")
      const high = next(at)
      at = high.end
      if (!high.escaped && (high.char === ']' || high.char === '-')) throw invalid(at, "range character '-' cannot be followed by a special symbol")
      if (point(high.char) < previous) {
        throw invalid(at, `range is out of order: '${high.char}' comes before '${String.fromCodePoint(previous)}' in Unicode`)
      }
      ranges.push(previous, point(high.char))
      previous = -1
    }
    throw invalid(at, 'found [ without matching ]')
  }

  const tokens: Token[] = []
  let at = 0
  while (at < input.length) {
    const { char, escaped, end } = next(at)
    at = end
    let token: Token
    if (escaped) token = { kind: 'character', ranges: [point(char), point(char)], flag: '' }
    else if (char === '.') token = { kind: 'dot', ranges: [0, 0x10ffff], flag: '' }
    else if (char === '[') {
      const set = readSet(at)
      at = set.end
      token = { kind: 'set', ranges: set.ranges, flag: '' }
    } else if (char === ']') throw invalid(at, "set-close ']' with no preceding '['")
    else if (char === '+' || char === '*') throw invalid(at, `flag '${char}' must be preceded by a non-flag`)
    else token = { kind: 'character', ranges: [point(char), point(char)], flag: '' }
    const flag = input[at]
    if (flag === '+' || flag === '*') {
      token.flag = flag
      at++
    }
    tokens.push(token)
  }
  return tokens
}

/** Joins a repeated token with the same one before it. */
function simplify(tokens: readonly Token[]): Token[] {
  const simple: Token[] = []
  for (const token of tokens) {
    const latest = simple.at(-1)
    const same = latest !== undefined && latest.kind === token.kind && latest.ranges.join() === token.ranges.join()
    if (same && token.flag !== '' && latest.flag !== '') latest.flag = token.flag === '+' || latest.flag === '+' ? '+' : '*'
    else simple.push(token)
  }
  return simple
}

function overlap(a: Token, b: Token): boolean {
  // A dot overlaps even a set without members.
  if (a.kind === 'dot' || b.kind === 'dot') return true
  for (let i = 0; i < a.ranges.length; i += 2) {
    for (let j = 0; j < b.ranges.length; j += 2) {
      if ((a.ranges[i] ?? 0) <= (b.ranges[j + 1] ?? 0) && (b.ranges[j] ?? 0) <= (a.ranges[i + 1] ?? 0)) return true
    }
  }
  return false
}

/** Takes off what stands without repetition at both ends of both, but for one token; undefined where the ends disagree. */
function trim(a: readonly Token[], b: readonly Token[]): readonly [readonly Token[], readonly Token[]] | undefined {
  const plain = (i: number, j: number): boolean => a[i]?.flag === '' && b[j]?.flag === ''
  const agree = (i: number, j: number): boolean => {
    const [x, y] = [a[i], b[j]]
    return x !== undefined && y !== undefined && overlap(x, y)
  }
  let start = 0
  for (; plain(start, start); start++) if (!agree(start, start)) return undefined
  start = Math.max(0, start - 1)
  let cut = 0
  for (; a.length - 1 - cut >= start && b.length - 1 - cut >= start && plain(a.length - 1 - cut, b.length - 1 - cut); cut++) {
    if (!agree(a.length - 1 - cut, b.length - 1 - cut)) return undefined
  }
  cut = Math.max(0, cut - 1)
  return [a.slice(start, a.length - cut), b.slice(start, b.length - cut)]
}

/**
 * Whether some text matches both patterns, decided step by step as OPA's library does (it is stricter than set theory:
 * `a*` and `b*` share the empty text, but are told not to intersect). What was found out about two rests is remembered,
 * so the work is bounded by the product of the lengths instead of growing exponentially.
 */
export function globsIntersect(left: string, right: string, spend: Spend, fail: Fail): boolean {
  spend(left.length + right.length)
  const patterns = trim(simplify(tokenize(left, fail)), simplify(tokenize(right, fail)))
  if (patterns === undefined) return false
  const known = new Map<string, boolean>()
  /** The side (0 or 1) and position of the first rest; the second rest is of the other side. */
  type Rest = readonly [side: 0 | 1, first: number, second: number]
  const token = (side: 0 | 1, at: number): Token | undefined => patterns[side][at]
  const swap = (side: 0 | 1): 0 | 1 => (side === 0 ? 1 : 0)

  const normal = ([side, first, second]: Rest): boolean => {
    const key = `${side},${first},${second}`
    const before = known.get(key)
    if (before !== undefined) return before
    const result = walk(side, first, second)
    known.set(key, result)
    return result
  }
  const walk = (side: 0 | 1, first: number, second: number): boolean => {
    for (let i = 0; ; i++) {
      spend(1)
      const a = token(side, first + i)
      const b = token(swap(side), second + i)
      if (a === undefined || b === undefined) return a === b
      if (a.flag !== '') return repeated([side, first + i, second + i])
      if (b.flag !== '') return repeated([swap(side), second + i, first + i])
      if (!overlap(a, b)) return false
    }
  }
  /** The first rest begins with a repeated token. */
  const repeated = ([side, first, second]: Rest): boolean => {
    const a = token(side, first)
    const b = token(swap(side), second)
    if (a?.flag !== '+') return star([side, first, second])
    if (b === undefined || !overlap(a, b)) return false
    return star([side, first, second + 1]) || (b.flag !== '' && normal([side, first + 1, second]))
  }
  const star = ([side, first, second]: Rest): boolean => {
    const starred = token(side, first)
    const following = token(side, first + 1)
    for (let at = second; ; at++) {
      spend(1)
      const b = token(swap(side), at)
      if (starred === undefined || b === undefined) return following === undefined
      if (following !== undefined && overlap(b, following) && normal([side, first + 1, at])) return true
      if (!overlap(b, starred)) return false
    }
  }

  return normal([0, 0, 0])
}
