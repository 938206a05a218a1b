import { maxLine } from './dump-views.ts'
import type { Span } from './span.ts'

/** Numbers of eight bytes are filled up with this many at the end of a dump. */
const maxFilling = 7

/**
 * A function that tells where the characters end that a dump shows behind the bytes of a line, of which one is given; 0
 * when there are none. `place` says where the text has the number of a byte.
 */
export function endOfCharacters(text: string, binary: string, place: (index: number) => Span): (at: number) => number {
  // Of the line that was last asked about: what is found comes in order.
  let known = { end: 0, characters: 0 }
  return (at) => {
    if (place(at).start >= known.end) known = lineOf(text, binary, at, place)
    return known.characters
  }
}

function lineOf(text: string, binary: string, at: number, place: (index: number) => Span): { readonly end: number; readonly characters: number } {
  const { start, end } = place(at)
  const before = Math.max(0, start - maxLine)
  const begin = before + text.slice(before, start).lastIndexOf('\n') + 1
  const newline = text.slice(end, end + maxLine).indexOf('\n')
  const line = newline === -1 ? end + maxLine : end + newline
  let [first, last] = [at, at]
  while (first > 0 && place(first - 1).start >= begin) first -= 1
  while (last + 1 < binary.length && place(last + 1).end <= line) last += 1
  const behind = place(last).end
  const length = lengthOfCharacters(binary.slice(first, last + 1), text.slice(behind, line))
  return { end: line, characters: length === 0 ? 0 : behind + length }
}

/** How long what shows the bytes is in what stands behind them, with all before it. */
function lengthOfCharacters(bytes: string, behind: string): number {
  for (let filling = 0; filling <= maxFilling; filling++) {
    if (filling > 0 && bytes.at(-filling) !== '\0') break
    const shown = bytes.slice(0, bytes.length - filling).replaceAll(/[^ -~]/g, '.').trimEnd()
    const found = shown === '' ? -1 : behind.indexOf(shown)
    if (found !== -1 && /^[ \t]+[|>]?[ \t]*$/.test(behind.slice(0, found))) return found + shown.length
  }
  return 0
}
