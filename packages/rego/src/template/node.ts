/** The value of a constant: whole numbers are ints, the others floats. */
export type Constant = string | boolean | bigint | number

interface Placed {
  readonly at: number
  /** As it is written, for messages. */
  readonly text: string
}

export type Operand = Placed &
  (
    | { readonly kind: 'dot' | 'nil' }
    | { readonly kind: 'constant'; readonly value: Constant }
    | { readonly kind: 'field'; readonly names: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
    | { readonly kind: 'function'; readonly name: string }
    | { readonly kind: 'pipe'; readonly pipe: Pipe }
    | { readonly kind: 'chain'; readonly of: Operand; readonly names: readonly string[] }
  )

export interface Command extends Placed {
  readonly operands: readonly [Operand, ...Operand[]]
}

export interface Pipe extends Placed {
  readonly variables: readonly string[]
  /** `=` instead of `:=`. */
  readonly assigns: boolean
  readonly commands: readonly Command[]
}

export type Statement = Placed &
  (
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'action'; readonly pipe: Pipe }
    | { readonly kind: 'if' | 'with' | 'range'; readonly pipe: Pipe; readonly body: readonly Statement[]; readonly otherwise: readonly Statement[] | undefined }
    | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined }
    | { readonly kind: 'break' | 'continue' }
  )

/** The template by its own name, and those it defines. */
export type Templates = ReadonlyMap<string, readonly Statement[]>
