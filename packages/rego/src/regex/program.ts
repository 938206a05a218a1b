import type { CharSet } from './char-set.ts'
import { assertion, type Node } from './node.ts'

export const step = { match: 0, char: 1, split: 2, assert: 3, save: 4 } as const

/** One step: `out` follows; a split prefers `out` to `other`; `argument` is the condition or the capture slot. */
export interface Step {
  readonly op: (typeof step)[keyof typeof step]
  out: number
  other: number
  readonly argument: number
  readonly set: CharSet | undefined
}

/** A compiled expression: steps that say where to go on, step 0 being the match. */
export interface Program {
  readonly steps: readonly Step[]
  readonly start: number
  readonly sets: readonly CharSet[]
  /** All conditions that occur, as bits. */
  readonly conditions: number
}

const mirrored = new Map<number, number>([
  [assertion.beginLine, assertion.endLine],
  [assertion.endLine, assertion.beginLine],
  [assertion.beginText, assertion.endText],
  [assertion.endText, assertion.beginText],
])

/**
 * Lays out the steps from the back, so that each knows where to continue. `reversed` gives the program that reads the
 * text backwards, without captures.
 */
export function compileProgram(root: Node, reversed: boolean): Program {
  const steps: Step[] = [{ op: step.match, out: 0, other: 0, argument: 0, set: undefined }]
  const sets = new Set<CharSet>()
  let conditions = 0

  const emit = (op: Step['op'], out: number, other = 0, argument = 0, set?: CharSet): number => steps.push({ op, out, other, argument, set }) - 1

  /** A split whose preferred way is `first`. The way into a loop's body is not known yet where it is made. */
  const split = (greedy: boolean, body: number, after: number): number => (greedy ? emit(step.split, body, after) : emit(step.split, after, body))

  /** `sub` once or more often; gives the entry and the split that decides about another round. */
  const loop = (sub: Node, greedy: boolean, after: number): { readonly entry: number; readonly split: number } => {
    const again = split(greedy, 0, after)
    const entry = compile(sub, again)
    const made = steps[again]
    if (made !== undefined) {
      if (greedy) made.out = entry
      else made.other = entry
    }
    return { entry, split: again }
  }

  const repeat = (sub: Node, min: number, max: number, greedy: boolean, after: number): number => {
    let at = after
    if (max < 0) {
      const made = loop(sub, greedy, after)
      if (min === 0) {
        // x* of an x that may be empty is (x+)?, else the order of preference is wrong.
        return sub.nullable ? split(greedy, made.entry, after) : made.split
      }
      at = made.entry
    } else {
      // x{2,5} is xx(x(x(x)?)?)?
      for (let i = min; i < max; i++) at = split(greedy, compile(sub, at), after)
    }
    const copies = max < 0 ? min - 1 : min
    for (let i = 0; i < copies; i++) at = compile(sub, at)
    return at
  }

  const compile = (node: Node, after: number): number => {
    switch (node.op) {
      case 'empty':
        return after
      case 'char':
        sets.add(node.set)
        return emit(step.char, after, 0, 0, node.set)
      case 'assert': {
        const condition = (reversed ? mirrored.get(node.condition) : undefined) ?? node.condition
        conditions |= condition
        return emit(step.assert, after, 0, condition)
      }
      case 'capture': {
        if (reversed) return compile(node.sub, after)
        const end = emit(step.save, after, 0, node.index * 2 + 1)
        return emit(step.save, compile(node.sub, end), 0, node.index * 2)
      }
      case 'concat': {
        const subs = reversed ? node.subs : node.subs.toReversed()
        return subs.reduce((at, sub) => compile(sub, at), after)
      }
      case 'alternate': {
        // From the last to the first, so that the first is preferred.
        const entries = node.subs.map((sub) => compile(sub, after))
        return entries.reduceRight((rest, entry) => emit(step.split, entry, rest))
      }
      case 'repeat':
        return repeat(node.sub, node.min, node.max, node.greedy, after)
    }
  }

  const start = compile(root, 0)
  return { steps, start, sets: [...sets], conditions }
}
