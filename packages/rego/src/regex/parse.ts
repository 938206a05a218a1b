import { anyChar, anyCharNotNewline, type CharSet, charSet, literal } from './char-set.ts'
import * as node from './node.ts'
import { classEscape, parseClass } from './parse-class.ts'
import { next, parseEscape } from './parse-escape.ts'
import { RegexSyntaxError } from './syntax-error.ts'

export interface ParsedRegex {
  readonly root: node.Node
  /** The name of each group, '' where it has none; the whole match is entry 0. */
  readonly groupNames: readonly string[]
}

interface Flags {
  readonly fold: boolean
  readonly multiLine: boolean
  readonly dotNewline: boolean
  readonly ungreedy: boolean
}

interface Group {
  /** The number of the group, 0 when it does not capture. */
  readonly index: number
  /** The flags to return to where it closes. */
  readonly outer: Flags
  readonly alternatives: node.Node[]
  items: node.Node[]
}

const maxHeight = 1000
const maxCopies = 1000

const flagNames: Readonly<Record<string, keyof Flags>> = { i: 'fold', m: 'multiLine', s: 'dotNewline', U: 'ungreedy' }

/** A count of a repetition; too many digits come out as a number above every limit. Leading zeros are no count. */
const counted = /\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/y

/**
 * Parses RE2 syntax as Go's `regexp` reads it (the Perl flavour: classes, `\pN`, named groups, flags, `\Q…\E`). Works on
 * an explicit stack of groups: what is nested deep costs no JavaScript stack.
 *
 * @throws {RegexSyntaxError} with Go's text; `maxSize` bounds the steps of the compiled program.
 */
export function parseRegex(pattern: string, maxSize: number): ParsedRegex {
  const groupNames = ['']
  const literals = new Map<string, CharSet>()
  let flags: Flags = { fold: false, multiLine: false, dotNewline: false, ungreedy: false }
  let group: Group = { index: 0, outer: flags, alternatives: [], items: [] }
  const stack: Group[] = []
  let total = 0

  const checked = (made: node.Node): node.Node => {
    if (made.size > maxSize) throw new RegexSyntaxError('expression too large', pattern)
    if (made.height > maxHeight) throw new RegexSyntaxError('expression nests too deeply', pattern)
    return made
  }
  const push = (made: node.Node): void => {
    if (++total > maxSize) throw new RegexSyntaxError('expression too large', pattern)
    group.items.push(checked(made))
  }
  const pushLiteral = (codePoint: number): void => {
    const key = `${codePoint}${flags.fold ? 'i' : ''}`
    const set = literals.get(key) ?? literal(codePoint, flags.fold)
    literals.set(key, set)
    push(node.char(set, true))
  }
  const open = (index: number): void => {
    if (++total > maxSize) throw new RegexSyntaxError('expression too large', pattern)
    if (stack.length >= maxHeight) throw new RegexSyntaxError('expression nests too deeply', pattern)
    stack.push(group)
    group = { index, outer: flags, alternatives: [], items: [] }
  }
  const close = (): node.Node => {
    group.alternatives.push(checked(node.concat(group.items)))
    return checked(node.alternate(group.alternatives))
  }

  /** Applies a repetition to what stands before it; gives the index after it. */
  const repeat = (at: number, operatorEnd: number, min: number, max: number, isCounted: boolean, previous: number): number => {
    const lazy = pattern[operatorEnd] === '?'
    const end = operatorEnd + (lazy ? 1 : 0)
    if (previous >= 0) throw new RegexSyntaxError('invalid nested repetition operator', pattern.slice(previous, end))
    const sub = group.items.pop()
    if (sub === undefined) throw new RegexSyntaxError('missing argument to repetition operator', pattern.slice(at, end))
    const made = node.repeat(sub, min, max, lazy === flags.ungreedy, isCounted)
    if (isCounted && (min >= 2 || max >= 2) && made.copies > maxCopies) {
      throw new RegexSyntaxError('invalid repeat count', pattern.slice(at, end))
    }
    push(made)
    return end
  }

  /** Reads `(?…` up to the group it opens, or past the flags it sets. */
  const parseExtension = (at: number): number => {
    const named = /^\(\?P?</.exec(pattern.slice(at, at + 4))
    if (named !== null && at + named[0].length < pattern.length) {
      const end = pattern.indexOf('>', at)
      if (end < 0) throw new RegexSyntaxError('invalid named capture', pattern.slice(at))
      const name = pattern.slice(at + named[0].length, end)
      if (!/^\w+$/.test(name)) throw new RegexSyntaxError('invalid named capture', pattern.slice(at, end + 1))
      open(groupNames.push(name) - 1)
      return end + 1
    }
    const changed: Record<keyof Flags, boolean> = { ...flags }
    let value = true
    let sawFlag = false
    let position = at + 2
    while (position < pattern.length) {
      const { codePoint, end } = next(pattern, position)
      position = end
      const letter = String.fromCodePoint(codePoint)
      if (Object.hasOwn(flagNames, letter)) {
        changed[flagNames[letter] ?? 'fold'] = value
        sawFlag = true
      } else if (letter === '-' && value) {
        value = false
        sawFlag = false
      } else if ((letter === ':' || letter === ')') && (value || sawFlag)) {
        if (letter === ':') open(0)
        flags = changed
        return position
      } else break
    }
    throw new RegexSyntaxError('invalid or unsupported Perl syntax', pattern.slice(at, position))
  }

  /** Reads what a backslash begins. */
  const parseBackslash = (at: number): number => {
    switch (pattern[at + 1]) {
      case 'A':
        push(node.assert(node.assertion.beginText))
        return at + 2
      case 'z':
        push(node.assert(node.assertion.endText))
        return at + 2
      case 'b':
        push(node.assert(node.assertion.wordBoundary))
        return at + 2
      case 'B':
        push(node.assert(node.assertion.noWordBoundary))
        return at + 2
      case 'C':
        throw new RegexSyntaxError('invalid escape sequence', '\\C')
      case 'Q': {
        const end = pattern.indexOf('\\E', at + 2)
        for (const quoted of pattern.slice(at + 2, end < 0 ? undefined : end)) pushLiteral(quoted.codePointAt(0) ?? 0)
        return end < 0 ? pattern.length : end + 2
      }
      default: {
        const named = classEscape(pattern, at)
        if (named !== undefined) {
          push(node.char(charSet([named.item], false, flags.fold), false))
          return named.end
        }
        const escaped = parseEscape(pattern, at)
        pushLiteral(escaped.codePoint)
        return escaped.end
      }
    }
  }

  let at = 0
  let previous = -1
  while (at < pattern.length) {
    const start = at
    let isRepeat = false
    switch (pattern[at]) {
      case '(':
        if (pattern[at + 1] === '?') at = parseExtension(at)
        else {
          open(groupNames.push('') - 1)
          at++
        }
        break
      case '|':
        group.alternatives.push(checked(node.concat(group.items)))
        group.items = []
        at++
        break
      case ')': {
        const outer = stack.pop()
        const made = close()
        if (outer === undefined) throw new RegexSyntaxError('unexpected )', pattern)
        const { index } = group
        flags = group.outer
        group = outer
        push(index === 0 ? made : node.capture(index, made))
        at++
        break
      }
      case '^':
        push(node.assert(flags.multiLine ? node.assertion.beginLine : node.assertion.beginText))
        at++
        break
      case '$':
        push(node.assert(flags.multiLine ? node.assertion.endLine : node.assertion.endText))
        at++
        break
      case '.':
        push(node.char(flags.dotNewline ? anyChar : anyCharNotNewline, false))
        at++
        break
      case '[': {
        const { set, end } = parseClass(pattern, at, flags.fold)
        push(node.char(set, false))
        at = end
        break
      }
      case '*':
      case '+':
      case '?':
        at = repeat(at, at + 1, pattern[at] === '+' ? 1 : 0, pattern[at] === '?' ? 1 : -1, false, previous)
        isRepeat = true
        break
      case '{': {
        counted.lastIndex = at
        const count = counted.exec(pattern)
        if (count === null) {
          pushLiteral(0x7b)
          at++
          break
        }
        const min = Number(count[1])
        const max = count[2] === undefined ? min : count[3] === undefined ? -1 : Number(count[3])
        const end = at + count[0].length
        if (min > maxCopies || max > maxCopies || (max >= 0 && min > max)) {
          throw new RegexSyntaxError('invalid repeat count', pattern.slice(at, end))
        }
        at = repeat(at, end, min, max, true, previous)
        isRepeat = true
        break
      }
      case '\\':
        at = parseBackslash(at)
        break
      default: {
        const { codePoint, end } = next(pattern, at)
        pushLiteral(codePoint)
        at = end
      }
    }
    previous = isRepeat ? start : -1
  }
  if (stack.length > 0) throw new RegexSyntaxError('missing closing )', pattern)
  return { root: close(), groupNames }
}
