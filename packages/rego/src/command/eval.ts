import { defaultCompileLimits } from '../limits.ts'
import { RegoCompileError, RegoError } from '../errors.ts'
import type { EvaluateOptions, Program } from '../program.ts'
import { isVar, isWildcard, type Expr } from '../syntax/ast.ts'
import { parse } from '../syntax/parser.ts'
import { varsOfExpr } from '../syntax/walk.ts'
import { toJson, toPlain } from '../value/format.ts'
import type { Value } from '../value/value.ts'
import { Ordered, printJson } from './output.ts'
import { drawTable } from './table.ts'

const prefix = 'rego_command_value_'

/** One solution of a query: what each expression gave, and the variables. */
export interface Solution {
  readonly values: readonly Value[]
  readonly bindings: readonly (readonly [string, Value])[]
}

export interface Part {
  readonly text: string
  readonly row: number
  readonly col: number
  readonly valued: boolean
  /** It may have several values, so that false is none of them. */
  readonly open: boolean
}

/** A query, answered. */
export interface Answer {
  readonly parts: readonly Part[]
  readonly solutions: readonly Solution[]
}

export type Format = 'json' | 'raw' | 'pretty' | 'values' | 'bindings'

export function answer(program: Program, query: string, options: EvaluateOptions): Answer {
  const parts = readParts(query)
  return { parts, solutions: solve(program, parts, options) }
}

/** An answer in the words of `opa eval --format …`. */
export function formatAnswer(answered: Answer, format: Format): string {
  const { solutions } = answered
  switch (format) {
    case 'json':
      return `${printJson(jsonOf(answered))}\n`
    // The values of each solution on a line, texts without quotes.
    case 'raw':
      return solutions.map(({ values }) => `${values.map((value) => (typeof value === 'string' ? value : toJson(value))).join(' ')}\n`).join('')
    case 'values':
      return solutions.map(({ values }) => `${printJson(values)}\n`).join('')
    case 'bindings':
      return solutions.map(({ bindings }) => `${printJson(new Ordered(...bindings))}\n`).join('')
    case 'pretty':
      return pretty(answered)
  }
}

/** One value as JSON; several, or variables, as a table. What is merely true or false says nothing in a table. */
function pretty({ parts, solutions }: Answer): string {
  const [first] = solutions
  if (first === undefined) return 'undefined\n'
  if (parts.length === 1 && solutions.length === 1 && first.bindings.length === 0) return `${printJson(first.values[0] ?? null)}\n`
  const columns = parts.flatMap((part, i) => (typeof first.values[i] === 'boolean' ? [] : [{ heading: part.text, at: i }]))
  const headings = [...first.bindings.map(([name]) => name), ...columns.map(({ heading }) => heading)]
  if (headings.length === 0) return 'true\n'
  const rows = solutions.map(({ bindings, values }) => [...bindings.map(([, value]) => value), ...columns.map(({ at }) => values[at] ?? null)].map((value) => toJson(value)))
  return drawTable(headings, rows)
}

function jsonOf({ parts, solutions }: Answer): Ordered {
  if (solutions.length === 0) return new Ordered()
  const rows = solutions.map(({ values, bindings }) => {
    const expressions = parts.map(({ text, row, col }, i) => new Ordered(['value', values[i] ?? null], ['text', text], ['location', new Ordered(['row', row], ['col', col])]))
    return bindings.length === 0 ? new Ordered(['expressions', expressions]) : new Ordered(['expressions', expressions], ['bindings', new Ordered(...bindings)])
  })
  return new Ordered(['result', rows])
}

function readParts(query: string): readonly Part[] {
  const { statements, errors } = parse(query, { file: '', version: 'v1', templateStrings: true, maxDepth: defaultCompileLimits.depth, skipRules: true })
  if (errors.length > 0) throw new RegoCompileError(errors.map(({ code, message, location }) => ({ code, message, location, details: [] })))
  return statements.flatMap((statement) => {
    if (statement.type !== 'body') throw new RegoError('rego_parse_error', `expected a query, found ${statement.type}`)
    return statement.node.map((expr) => ({ text: query.slice(expr.loc.offset, expr.loc.end), row: expr.loc.row, col: expr.loc.col, valued: hasValue(expr), open: [...varsOfExpr(expr, { skipClosures: true })].some(isWildcard) }))
  })
}

/** Whether an expression gives a value of its own; the others give `true`. */
function hasValue({ form, negated, terms: [operator] }: Expr): boolean {
  if (negated || form === 'some' || form === 'every') return false
  const name = operator?.value.kind === 'ref' && operator.value.terms.length === 1 && isVar(operator.value.terms[0]) ? operator.value.terms[0].value.name : ''
  return form === 'term' || !['eq', 'assign'].includes(name)
}

/**
 * Binds the value of each expression that has one. A call that takes its result as its last operand (`walk(x, y)`)
 * cannot be bound, and then gives `true`.
 */
function solve(program: Program, parts: readonly Part[], options: EvaluateOptions): readonly Solution[] {
  if (parts.length === 0) return []
  const attempt = (valued: readonly boolean[]): readonly Solution[] => {
    return atOwnPlaces(parts, valued, (text) => program.query(text, options)).flatMap((row) => {
      const values = parts.map((_, i) => (valued[i] === true ? toPlain(row[`${prefix}${i}`] ?? null) : true))
      const names = Object.keys(row).filter((name) => !name.startsWith(prefix))
      // Only what is asked alone may be false.
      if (values.includes(false) && (parts.length > 1 || names.length > 0 || parts[0]?.open === true)) return []
      return [{ values, bindings: names.sort().map((name) => [name, toPlain(row[name] ?? null)] as const) }]
    })
  }
  const wanted = parts.map(({ valued }) => valued)
  try {
    return attempt(wanted)
  } catch (error) {
    if (!(error instanceof RegoCompileError) || !wanted.includes(true)) throw error
    return attempt(bindable(program, parts, wanted, options))
  }
}

/** The expressions, each bound to a variable where it is wanted. */
function bound(parts: readonly Part[], valued: readonly boolean[]): readonly string[] {
  return parts.map(({ text }, i) => (valued[i] === true ? `${prefix}${i} := ${text}` : text))
}

/** Runs the query that these expressions make, and has errors tell the places of the query as it was given. */
function atOwnPlaces<T>(parts: readonly Part[], valued: readonly boolean[], run: (text: string) => T): T {
  const texts = bound(parts, valued)
  try {
    return run(texts.join('\n'))
  } catch (error) {
    if (!RegoError.is(error) || error instanceof RegoCompileError || error.location === undefined || error.location.file !== '') throw error
    let row = error.location.row
    const i = texts.findIndex((text) => {
      const lines = text.split('\n').length
      if (row <= lines) return true
      row -= lines
      return false
    })
    const part = parts[i]
    if (part === undefined) throw error
    const shift = row > 1 ? 0 : part.col - 1 - ((texts[i] ?? '').length - part.text.length)
    // A binding of our own stands in front of the expression.
    const location = { ...error.location, row: part.row + row - 1, col: Math.max(1, error.location.col + shift) }
    throw new RegoError(error.code, error.message, location, { cause: error })
  }
}

/** Leaves a binding away wherever the query is then no worse. */
function bindable(program: Program, parts: readonly Part[], wanted: readonly boolean[], options: EvaluateOptions): readonly boolean[] {
  const compiles = (valued: readonly boolean[]): boolean => {
    try {
      program.query(bound(parts, valued).join('\n'), { ...options, strictBuiltinErrors: false })
      return true
    } catch (error) {
      return !(error instanceof RegoCompileError)
    }
  }
  const none = wanted.map(() => false)
  // What is wrong without any binding is wrong by itself.
  if (!compiles(none)) return none
  return wanted.map((valued, i) => valued && compiles(none.map((_, other) => other === i)))
}
