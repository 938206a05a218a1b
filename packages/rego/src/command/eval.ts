import { RegoCompileError, RegoError, type Location } from '../errors.ts'
import { guarded } from '../guarded.ts'
import type { EvaluateOptions, Program } from '../program.ts'
import { isVar, isWildcard, type Expr } from '../syntax/ast.ts'
import { varsOfExpr } from '../syntax/walk.ts'
import { toJson, toPlain } from '../value/format.ts'
import type { Value } from '../value/value.ts'
import { Ordered, printJson } from './output.ts'
import { readStatements, type ScopedQuery } from './query-scope.ts'
import { drawTable } from './table.ts'

const prefix = 'rego_command_value_'

/** One solution of a query: what each expression gave, and the variables. */
export interface Solution {
  readonly values: readonly Value[]
  readonly bindings: readonly (readonly [string, Value])[]
}

export interface Part {
  readonly text: string
  /** What is asked for it: the same, but for names that stand for others. */
  readonly asked: string
  /** Where that begins in the whole of what is asked. */
  readonly askedAt: number
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

export function answer(program: Program, query: string, scoped: ScopedQuery, options: EvaluateOptions): Answer {
  const parts = guarded(() => readParts(query, scoped))
  try {
    return { parts, solutions: solve(program, parts, options) }
  } catch (error) {
    throw atOwnPlace(error, (offset) => placeIn(query, scoped.originalOffset(offset)))
  }
}

/** An answer in the words of `opa eval --format …`. */
export function formatAnswer(answered: Answer, format: Format): string {
  return guarded(() => inFormat(answered, format))
}

function inFormat(answered: Answer, format: Format): string {
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

function readParts(query: string, scoped: ScopedQuery): readonly Part[] {
  const asked = expressions(scoped.text)
  return expressions(query).map((expr, i) => {
    const loc = asked[i]?.loc ?? expr.loc
    return {
      text: query.slice(expr.loc.offset, expr.loc.end),
      asked: scoped.text.slice(loc.offset, loc.end),
      askedAt: loc.offset,
      row: expr.loc.row,
      col: expr.loc.col,
      valued: hasValue(expr),
      open: [...varsOfExpr(expr, { skipClosures: true })].some(isWildcard),
    }
  })
}

function expressions(text: string): readonly Expr[] {
  return readStatements(text).flatMap((statement) => {
    if (statement.type !== 'body') throw new RegoError('rego_parse_error', `expected a query, found ${statement.type}`)
    return statement.node
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
    return atAskedPlaces(parts, valued, (text) => program.query(text, options)).flatMap((row) => {
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
  return parts.map(({ asked }, i) => (valued[i] === true ? `${prefix}${i} := ${asked}` : asked))
}

/** Runs the query that these expressions make, and has errors tell the places of what is asked as a whole. */
function atAskedPlaces<T>(parts: readonly Part[], valued: readonly boolean[], run: (text: string) => T): T {
  const texts = bound(parts, valued)
  try {
    return run(texts.join('\n'))
  } catch (error) {
    throw atOwnPlace(error, (offset) => {
      let start = 0
      for (const [i, text] of texts.entries()) {
        const part = parts[i]
        if (part !== undefined && offset <= start + text.length) return { row: 0, col: 0, offset: part.askedAt + Math.max(0, offset - start - (text.length - part.asked.length)) }
        start += text.length + 1
      }
      return { row: 0, col: 0, offset: parts[0]?.askedAt ?? 0 }
    })
  }
}

type Place = Pick<Location, 'row' | 'col' | 'offset'>

/** An error that tells another place of the query; what stands in a file is left alone. */
function atOwnPlace(error: unknown, place: (offset: number) => Place): unknown {
  if (!RegoError.is(error)) return error
  const moved = (location: Location | undefined): Location | undefined => (location === undefined || location.file !== '' ? location : { ...location, ...place(location.offset) })
  if (error instanceof RegoCompileError) return new RegoCompileError(error.diagnostics.map((diagnostic) => ({ ...diagnostic, location: moved(diagnostic.location) })))
  return new RegoError(error.code, error.message, moved(error.location), { cause: error })
}

function placeIn(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n')
  return { row: lines.length, col: Array.from(lines.at(-1) ?? '').length + 1, offset }
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
