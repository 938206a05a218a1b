import type { Value } from '../value/value.ts'

/**
 * The variables of one activation of a rule, by number. Slot 0 takes the rule's result. A slot is always written
 * before it is read on the same path, so that backtracking needs no undoing.
 */
export type Frame = unknown[]

/** An empty frame with room for all slots at once. */
export function newFrame(size: number): Frame {
  return Array<unknown>(size)
}

/** Runs the rest of a body. True ends the enumeration. */
export type Step = (frame: Frame) => boolean

/** The value of a term whose variables are bound; undefined where it has none. */
export type Get = (frame: Frame) => Value | undefined

/** The values of several terms; undefined where one has none. */
export function evaluateAll(gets: readonly Get[], frame: Frame): Value[] | undefined {
  const values: Value[] = []
  for (const get of gets) {
    const value = get(frame)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

/** Takes one solution and goes on. */
export type Emit = (frame: Frame, value: Value) => boolean

/** Compares a value with a pattern and binds the pattern's variables. */
export type Match = (frame: Frame, value: Value) => boolean

/** A literal, waiting for what comes after it. */
export type Literal = (next: Step) => Step
