import { GlobError } from './error.ts'

/** One piece of a pattern; characters are code points. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  /** `*`: any run without a separator. */
  | { readonly kind: 'any' }
  /** `**`: any run. */
  | { readonly kind: 'super' }
  /** `?`: one character that is no separator. */
  | { readonly kind: 'single' }
  /** `[abc]`, `[!abc]`. */
  | { readonly kind: 'list'; readonly not: boolean; readonly characters: ReadonlySet<number> }
  /** `[a-z]`, `[!a-z]`. */
  | { readonly kind: 'range'; readonly not: boolean; readonly low: number; readonly high: number }
  /** `{a,b}`: each alternative is a pattern. */
  | { readonly kind: 'alternatives'; readonly patterns: readonly (readonly Node[])[] }

/** Patterns are written by people; a longer one is an accident or an attack on whoever compiles it. */
const maxLength = 10_000

/** How deep alternatives may nest. */
const maxDepth = 100

const point = (character: string): number => character.codePointAt(0) ?? 0

/**
 * Reads a pattern as gobwas/glob v0.2.3 does, its corners included: an alternative that is never closed ends with the
 * pattern, a trailing backslash means nothing, `}` and `,` outside of braces are themselves, and in `[\-a]` the
 * backslash is the low end of a range.
 */
export function parse(pattern: string): readonly Node[] {
  const characters = Array.from(pattern)
  if (characters.length > maxLength) {
    throw new GlobError('ERR_GLOB_TOO_LONG', `a glob has at most ${maxLength} characters, this one ${characters.length}`, maxLength)
  }
  refuseUnreadable(characters)

  const root: Node[] = []
  let current = root
  const open: { readonly parent: Node[]; readonly patterns: Node[][] }[] = []
  let at = 0
  while (at < characters.length) {
    const character = characters[at]
    const group = open.at(-1)
    if (character === '{') {
      if (open.length === maxDepth) throw invalid(at, `alternatives nest at most ${maxDepth} deep`)
      const first: Node[] = []
      const patterns = [first]
      current.push({ kind: 'alternatives', patterns })
      open.push({ parent: current, patterns })
      current = first
      at += 1
    } else if (character === ',' && group !== undefined) {
      current = []
      group.patterns.push(current)
      at += 1
    } else if (character === '}' && group !== undefined) {
      open.pop()
      current = group.parent
      at += 1
    } else if (character === '[') {
      const { node, end } = parseClass(characters, at)
      current.push(node)
      at = end
    } else if (character === '?') {
      current.push({ kind: 'single' })
      at += 1
    } else if (character === '*') {
      const isSuper = characters[at + 1] === '*'
      current.push({ kind: isSuper ? 'super' : 'any' })
      at += isSuper ? 2 : 1
    } else {
      const { text, end } = readText(characters, at, group === undefined ? '?*[{' : '?*[{},')
      if (text !== '') current.push({ kind: 'text', text })
      at = end
    }
  }
  return root
}

/** Go gives up on U+FFFD and ends the pattern at U+0000; neither is what the author of such a pattern meant. */
function refuseUnreadable(characters: readonly string[]): void {
  for (const [at, character] of characters.entries()) {
    const code = point(character)
    if (code === 0 || code === 0xfffd || (code >= 0xd800 && code <= 0xdfff)) {
      throw invalid(at, `U+${code.toString(16).toUpperCase().padStart(4, '0')} cannot stand in a glob`)
    }
  }
}

/** Reads up to an unescaped character of `breakers`; a backslash takes the next character as it is. */
function readText(characters: readonly string[], start: number, breakers: string): { text: string; end: number } {
  let text = ''
  let at = start
  for (; at < characters.length; at += 1) {
    const character = characters[at] ?? ''
    if (character === '\\') {
      at += 1
      text += characters[at] ?? ''
    } else if (breakers.includes(character)) {
      break
    } else {
      text += character
    }
  }
  return { text, end: Math.min(at, characters.length) }
}

/** A class holds either one range or a list, never both; only a list knows escapes. */
function parseClass(characters: readonly string[], start: number): { node: Node; end: number } {
  let at = start + 1
  const not = characters[at] === '!'
  if (not) at += 1
  const low = characters[at]
  if (low === undefined) throw invalid(start, 'a class is opened with "[" and never closed')

  if (characters[at + 1] === '-') {
    const high = characters[at + 2]
    const close = characters[at + 3]
    if (high === undefined || close === undefined) throw invalid(start, 'a class is opened with "[" and never closed')
    if (point(high) < point(low)) throw invalid(at, `the range ${low}-${high} runs backwards`)
    if (close !== ']') throw invalid(at + 3, `a range is the whole of its class: "]" expected, ${JSON.stringify(close)} found`)
    return { node: { kind: 'range', not, low: point(low), high: point(high) }, end: at + 4 }
  }

  const { text, end } = readText(characters, at, ']')
  if (end >= characters.length) throw invalid(start, 'a class is opened with "[" and never closed')
  if (text === '') throw invalid(start, 'a class needs at least one character')
  return { node: { kind: 'list', not, characters: new Set(Array.from(text, point)) }, end: end + 1 }
}

const invalid = (offset: number, why: string): GlobError =>
  new GlobError('ERR_GLOB_INVALID', `invalid glob at character ${offset}: ${why}`, offset)
