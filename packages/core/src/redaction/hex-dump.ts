import { hexSpans, noByte } from './hex-bytes.ts'
import type { Span } from './span.ts'

/** An offset before the bytes, as `od`, `hexdump`, `xxd` and Go's `hex.Dump` write it. */
const offset = /^[ \t]*(?:0[xX])?[0-9A-Fa-f]{4,16}(:?)[ \t]+(?=[0-9A-Fa-f]{2})/

/** Longer lines are no dump that somebody could read. */
const maxLine = 4_096

/**
 * Where the dump of bytes that a text shows has one of `wanted`, however many lines it takes. Many dumps show the bytes
 * twice, as digits and as characters behind them: what is found goes to the end of the characters.
 */
export function* hexDumpSpans(text: string, wanted: readonly string[]): Generator<Span> {
  const parts: string[] = []
  let hasDump = false
  for (let start = 0; start < text.length; ) {
    const end = endOfLine(text, start)
    const line = text.slice(start, end)
    const bytes = bytesOf(line)
    hasDump ||= bytes !== undefined
    parts.push(bytes === undefined ? line : noByte.repeat(bytes.start) + line.slice(bytes.start, bytes.end) + noByte.repeat(line.length - bytes.end))
    start = end
  }
  if (!hasDump) return
  for (const { start, end } of hexSpans(parts.join(''), wanted)) yield { start, end: Math.max(end, endOfCharacters(text, end)) }
}

/** Where the bytes stand in a line of a dump; undefined for another line. */
function bytesOf(line: string): Span | undefined {
  const begin = line.length > maxLine ? null : offset.exec(line)
  if (begin === null) return undefined
  const start = begin[0].length
  // xxd, whose offset ends with a colon, has two blanks before the characters; others have as many between bytes.
  const maxBlanks = begin[1] === ':' ? 1 : 8
  const group = /((?:[0-9A-Fa-f]{2})+)([ \t]*)/y
  let end = start
  for (let blanks = 0; blanks <= maxBlanks; ) {
    group.lastIndex = end + blanks
    const [, digits = '', behind = ''] = group.exec(line) ?? []
    const isWord = behind === '' && !/^[\r\n]?$/.test(line.charAt(group.lastIndex))
    if (digits === '' || isWord) break
    end = group.lastIndex - behind.length
    blanks = behind.length
    if (blanks === 0) break
  }
  return end === start ? undefined : { start, end }
}

/** Where the characters end that are shown behind the bytes; before `from` when there are none. */
function endOfCharacters(text: string, from: number): number {
  const begin = text.lastIndexOf('\n', from - 1) + 1
  const line = text.slice(begin, endOfLine(text, from))
  const bytes = bytesOf(line)
  if (bytes === undefined) return 0
  const pairs = line.slice(bytes.start, bytes.end).match(/[0-9A-Fa-f]{2}/g) ?? []
  const characters = pairs.map((pair) => (/^(?:[2-6][0-9A-Fa-f]|7[0-9A-Ea-e])$/.test(pair) ? String.fromCharCode(Number.parseInt(pair, 16)) : '.')).join('')
  const shown = line.indexOf(characters, bytes.end)
  return shown === -1 ? 0 : begin + shown + characters.length
}

/** Behind the line break. */
function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  return newline === -1 ? text.length : newline + 1
}
