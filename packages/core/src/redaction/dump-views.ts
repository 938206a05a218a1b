/** A part of a text that is read; what lies between two of them parts nothing. */
export interface Piece {
  readonly start: number
  readonly end: number
  /** Whether it is of a dump: what is no number there ends it, and parts nothing either. */
  readonly isDump: boolean
  /** It stands for copies of the piece before it, as `*` does. */
  readonly copies?: Copies
}

/** How many copies are meant. */
export interface Copies {
  /** From the beginning of what is repeated to what comes behind the copies; undefined where no offsets say so. */
  readonly bytes: number | undefined
}

/** One way to read a text. */
export type View = () => Iterable<Piece>

/** Longer lines are no dump that somebody could read. */
export const maxLine = 4_096

/** As many ways to show the same bytes under one offset are told apart. */
const maxLayers = 4

/**
 * The ways to read a text as the dumps that it shows: without their offsets and characters, once for each way in which
 * the same bytes are shown in turn, and with `*` as what it stands for. Lines of no dump are read as they are. None
 * when there is no dump.
 */
export function* dumpViews(text: string): Generator<View> {
  let layers = 0
  let hasElision = false
  for (const { layer = -1, isElision = false } of linesOf(text)) {
    layers = Math.max(layers, layer + 1)
    hasElision ||= isElision
  }
  if (layers === 0 && !hasElision) return
  // Nothing says in which base the offsets are; they are only needed where something is left out.
  for (const radix of hasElision && layers > 0 ? [16, 8, 10] : [16]) for (let layer = 0; layer < Math.max(1, layers); layer++) yield () => piecesOf(text, layer, radix)
}

function* piecesOf(text: string, wanted: number, radix: number): Generator<Piece> {
  let last = Number.NaN
  for (const { start, end, next, layer, isElision, offset } of linesOf(text)) {
    if (isElision === true) {
      const behind = Number.parseInt(offsets.exec(text.slice(next, next + maxLine))?.[1] ?? '', radix)
      yield { start, end, isDump: true, copies: { bytes: behind > last ? behind - last : undefined } }
    } else if (layer === undefined || layer === wanted) {
      yield { start, end, isDump: layer !== undefined }
    }
    if (offset !== undefined) last = Number.parseInt(offset, radix)
  }
}

/** Where a line stands in a dump. */
interface Place {
  /** How many lines stand between it and the one that has its offset. */
  readonly layer: number
  /** Blanks before the offset. */
  readonly indent: number
}

/** A line of a dump, without its offset and the characters behind it; or lines of none. */
interface Line extends Partial<Place> {
  readonly start: number
  readonly end: number
  /** Where the next one begins. */
  readonly next: number
  /** Digits of the offset, where there is one. */
  readonly offset?: string
  readonly isElision?: boolean
}

function* linesOf(text: string): Generator<Line> {
  let above: Place | undefined
  /** Where lines of no dump begin that were not given yet. */
  let plain = 0
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const next = newline === -1 ? text.length : newline + 1
    const line = dumpLine(text, start, next, above)
    above = line?.layer === undefined || line.indent === undefined ? undefined : { layer: line.layer, indent: line.indent }
    if (line !== undefined) {
      // The line before an elision is a piece of its own: it is what is repeated.
      if (line.isElision === true && plain < start) {
        const before = text.lastIndexOf('\n', start - 2) + 1
        if (plain < before) yield { start: plain, end: before, next: before }
        plain = Math.max(plain, before)
      }
      if (plain < start) yield { start: plain, end: start, next: start }
      yield line
      plain = next
    }
    start = next
  }
  if (plain < text.length) yield { start: plain, end: text.length, next: text.length }
}

/** An offset before the bytes, as `od`, `hexdump`, `xxd`, Go's `hex.Dump` and debuggers write it. */
const offsets = /^[ \t]*(?:0[xX])?([0-9A-Fa-f]{4,16})(:?)(?:[ \t]+(?=\S)|[ \t]*(?=[\r\n]|$))/

/** In a line under another that shows the same bytes in another way, as `od` writes them, blanks stand for the offset. */
const fewestDigits = 4

const elision = /^[ \t]*\*[ \t\r\n]*$/

function dumpLine(text: string, start: number, next: number, above: Place | undefined): Line | undefined {
  if (next - start > maxLine || !mayBeOfDump(text, start)) return undefined
  const line = text.slice(start, next)
  const indent = line.search(/[^ \t]|$/)
  if (above !== undefined && indent >= above.indent + fewestDigits && above.layer + 1 < maxLayers) return { start, end: next, next, layer: above.layer + 1, indent: above.indent }
  const [begin, offset, colon] = offsets.exec(line) ?? []
  if (begin !== undefined && offset !== undefined) {
    return { start: start + begin.length, end: colon === ':' ? start + endOfBytes(line, begin.length) : next, next, offset, layer: 0, indent }
  }
  if (!elision.test(line)) return undefined
  return { start: start + indent, end: start + indent + 1, next, isElision: true, ...above }
}

/** Most lines of other texts begin with something else. */
function mayBeOfDump(text: string, start: number): boolean {
  const code = text.charCodeAt(start)
  return code === 0x20 || code === 0x09 || code === 0x2a || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66)
}

/**
 * Where the bytes end in a line that shows characters behind them with nothing but blanks between, as `xxd` does: there
 * are as many characters as bytes, in hexadecimal or binary digits. Where there are not, at the first two blanks.
 */
function endOfBytes(line: string, start: number): number {
  const length = line.replace(/[\r\n]+$/, '').length
  const word = /([0-9A-Fa-f]+)([ \t]*)/y
  let [digits, words] = [0, 0]
  let firstGap = length
  for (word.lastIndex = start; ; ) {
    const [, found, behind = ''] = word.exec(line) ?? []
    if (found === undefined) return firstGap
    digits += found.length
    words += 1
    const shown = length - word.lastIndex
    const end = word.lastIndex - behind.length
    if (behind.length < 2) continue
    if (shown * 2 === digits || (shown === words && digits === words * 8)) return end
    firstGap = Math.min(firstGap, end)
  }
}
