import type { Location } from '../errors.ts'
import type { Value } from '../value/value.ts'

/** Why a document is what it is: rule by rule. */
export interface Explanation {
  /** The document that was asked after. */
  readonly ref: string
  /** The document's value; undefined where it has none. */
  readonly value: Value | undefined
  /** Every rule that could have contributed, in the order of the sources; else branches are rules of their own, up to the one that holds. */
  readonly rules: readonly RuleExplanation[]
}

/** What one rule did. */
export interface RuleExplanation {
  /** The rule's path, such as `data.example.deny`. */
  readonly path: string
  /** Where the rule stands. */
  readonly location: Location
  /** The source of the head. */
  readonly text: string
  /** What the rule produced, each with the values that its variables had; empty where a literal failed every time. */
  readonly solutions: readonly Solution[]
  /** The literal at which the body came furthest and failed; only where there is no solution. */
  readonly failure: Failure | undefined
}

/** One thing that a rule produced. */
export interface Solution {
  /** The member of a set, the value of a complete rule, the value under `key` of an object. */
  readonly value: Value
  /** The keys of an object's entry, outermost first. */
  readonly key: readonly Value[]
  /** The values of its variables, by name. */
  readonly bindings: Readonly<Record<string, Value>>
}

/** What a literal met when it failed. */
export interface Attempt {
  /** The variables of the body as they were. */
  readonly bindings: Readonly<Record<string, Value>>
  /**
   * What the references, calls, comprehensions and variables in the literal stood for, under its `with`; undefined
   * where that was nothing, and then also how far the reference goes. References that have several values are told up
   * to where they divide.
   */
  readonly values: readonly { readonly text: string; readonly value: Value | undefined }[]
}

/** Why a rule came to nothing. The values are those of the first time; the next ones are in `further`. */
export interface Failure extends Attempt {
  /** Where the literal stands. */
  readonly location: Location
  /** The source of the literal; of the head, where the arguments of a function are not those it is for. */
  readonly text: string
  /** How often the body came to this literal. */
  readonly attempts: number
  /** What it met the next times, nine at most. */
  readonly further: readonly Attempt[]
  /** What a built-in in the literal refused, or the conflict in what it refers to, where the evaluation does not come to it. */
  readonly error: string | undefined
  /** Of `every`: the literal of its body that failed for the first member that fails, which the bindings name. */
  readonly member: Failure | undefined
  /**
   * What cannot be asked after on its own: the rules of functions in the literal, with the arguments of the first time,
   * and, of a literal with `with`, the rules that it refers to, as they are under it.
   */
  readonly rules: readonly RuleExplanation[]
  /** Rules that the literal refers to, to be explained next. */
  readonly refersTo: readonly string[]
}
