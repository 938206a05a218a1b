import type { CharSet } from './char-set.ts'

/** Zero-width conditions. The values are bits: a position satisfies several at once. */
export const assertion = { beginLine: 1, endLine: 2, beginText: 4, endText: 8, wordBoundary: 16, noWordBoundary: 32 } as const

/**
 * A parsed expression. `size` is the number of program steps it compiles to, `height` its depth and `copies` the
 * largest product of nested repeat counts: Go limits all three. `nullable` says whether it can match without consuming.
 */
export type Node = Shape & { readonly size: number; readonly height: number; readonly copies: number; readonly nullable: boolean }

export type Shape =
  | { readonly op: 'empty' }
  | { readonly op: 'char'; readonly set: CharSet; readonly literal: boolean }
  | { readonly op: 'assert'; readonly condition: number }
  | { readonly op: 'capture'; readonly index: number; readonly sub: Node }
  | { readonly op: 'repeat'; readonly sub: Node; readonly min: number; readonly max: number; readonly greedy: boolean }
  | { readonly op: 'concat'; readonly subs: readonly Node[] }
  | { readonly op: 'alternate'; readonly subs: readonly Node[] }

export const empty: Node = { op: 'empty', size: 1, height: 1, copies: 1, nullable: true }

export const char = (set: CharSet, literal: boolean): Node => ({ op: 'char', set, literal, size: 1, height: 1, copies: 1, nullable: false })

export const assert = (condition: number): Node => ({ op: 'assert', condition, size: 1, height: 1, copies: 1, nullable: true })

export const capture = (index: number, sub: Node): Node => ({
  op: 'capture',
  index,
  sub,
  size: sub.size + 2,
  height: sub.height + 1,
  copies: sub.copies,
  nullable: sub.nullable,
})

/** `sub` from `min` to `max` times; `max` -1 is without end. */
export function repeat(sub: Node, min: number, max: number, greedy: boolean, counted: boolean): Node {
  const height = sub.height + 1
  if (max === 0) return { ...empty, height }
  if (sub.op === 'empty') return sub
  const size = max < 0 ? (min === 0 ? 2 + sub.size : 1 + min * sub.size) : max * sub.size + (max - min)
  const copies = sub.copies * (counted ? Math.max(1, max < 0 ? min : max) : 1)
  // The three simple operators are idempotent: (?:a+)+ is a+.
  if (sub.op === 'repeat' && sub.min === min && sub.max === max && sub.greedy === greedy && min <= 1 && max <= 1 && min !== max) {
    return { ...sub, size, height, copies }
  }
  return { op: 'repeat', sub, min, max, greedy, size, height, copies, nullable: min === 0 || sub.nullable }
}

function join(op: 'concat' | 'alternate', parts: readonly Node[]): Node {
  const [first] = parts
  if (first === undefined) return empty
  if (parts.length === 1) return first
  const subs = parts.flatMap((part) => (part.op === op ? part.subs : [part]))
  let size = op === 'alternate' ? subs.length - 1 : 0
  let height = 0
  let copies = 1
  for (const sub of subs) {
    size += sub.size
    height = Math.max(height, sub.height)
    copies = Math.max(copies, sub.copies)
  }
  // Go keeps a run of literals, and a choice of single characters, as one node.
  const leaf = subs.every((sub) => sub.op === 'char' && (sub.literal || op === 'alternate'))
  const nullable = op === 'concat' ? subs.every((sub) => sub.nullable) : subs.some((sub) => sub.nullable)
  return { op, subs, size, height: leaf ? 1 : height + 1, copies, nullable }
}

/** The text every match begins with, and whether that is all of it. */
export function literalPrefix(root: Node): { readonly text: string; readonly complete: boolean } {
  let text = ''
  for (const node of root.op === 'concat' ? root.subs : [root]) {
    const single = node.op === 'char' ? node.set.single : -1
    // Half of a surrogate pair is found inside of whole ones when texts are compared by units.
    if (single < 0 || (single >= 0xd800 && single <= 0xdfff)) return { text, complete: false }
    text += String.fromCodePoint(single)
  }
  return { text, complete: true }
}

export const concat = (parts: readonly Node[]): Node => join('concat', parts)
export const alternate = (parts: readonly Node[]): Node => join('alternate', parts)
