import { isWord } from './char-set.ts'
import { assertion } from './node.ts'

/** The conditions that hold between two code points, -1 standing for the edge of the text. */
export function conditionsBetween(before: number, after: number): number {
  let flags = isWord(before) === isWord(after) ? assertion.noWordBoundary : assertion.wordBoundary
  if (before < 0) flags |= assertion.beginText | assertion.beginLine
  else if (before === 0x0a) flags |= assertion.beginLine
  if (after < 0) flags |= assertion.endText | assertion.endLine
  else if (after === 0x0a) flags |= assertion.endLine
  return flags
}

/** The code point that ends right before `at`, or -1. */
export function codePointBefore(text: string, at: number): number {
  if (at <= 0) return -1
  const unit = text.charCodeAt(at - 1)
  return unit >= 0xdc00 && unit <= 0xdfff && at > 1 ? (text.codePointAt(at - 2) ?? -1) : unit
}

/** The code point that begins at `at`, or -1. */
export const codePointAt = (text: string, at: number): number => text.codePointAt(at) ?? -1

export const width = (codePoint: number): number => (codePoint > 0xffff ? 2 : 1)
