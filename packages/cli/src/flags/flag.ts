/**
 * What a flag takes. `slice` may be repeated and splits each value as one CSV record (`a,b`); `array` may be repeated and
 * never splits, as in the Go tools.
 */
export type FlagKind = 'string' | 'bool' | 'int' | 'slice' | 'array'

/** One flag of a command, as data: it is parsed, listed in the help and refused from here. */
export interface Flag {
  readonly name: string
  readonly short?: string
  readonly kind: FlagKind
  readonly help: string
  /** Shown in the help; the command applies it. */
  readonly default?: string
  /** Why it is refused: the Go tool knows it, this version does not. */
  readonly refused?: string
  readonly hidden?: boolean
}

export type FlagValue = string | boolean | number | readonly string[]

/** The flags that were given, by name. What is absent was not given, which is not the same as given empty. */
export class Flags {
  readonly #values: ReadonlyMap<string, FlagValue>

  constructor(values: ReadonlyMap<string, FlagValue>) {
    this.#values = values
  }

  /** Whether the flag stood on the command line, even with an empty value. */
  given(name: string): boolean {
    return this.#values.has(name)
  }

  names(): readonly string[] {
    return [...this.#values.keys()]
  }

  string(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : undefined
  }

  bool(name: string): boolean {
    return this.#values.get(name) === true
  }

  /** A boolean whose default is true, or that has to be told apart from `--flag=false`. */
  boolOr(name: string, absent: boolean): boolean {
    const value = this.#values.get(name)
    return typeof value === 'boolean' ? value : absent
  }

  int(name: string): number | undefined {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : undefined
  }

  list(name: string): readonly string[] {
    const value = this.#values.get(name)
    return Array.isArray(value) ? (value as readonly string[]) : []
  }
}
