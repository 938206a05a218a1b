import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { compare } from '../value/compare.ts'
import { RegoObject } from '../value/object.ts'
import { isNumber, type Value } from '../value/value.ts'
import { maxTermDepth, nested, tooDeep } from './depth.ts'
import type { Body, Expr, Head, Import, Module, Rule, Scalar, Term } from './ast.ts'

type Fields = Readonly<Record<string, Value | undefined>>

/** An object of what is there. */
const record = (fields: Fields): RegoObject =>
  RegoObject.of(Object.entries(fields).flatMap(([key, value]): [Value, Value][] => (value === undefined ? [] : [[key, value]])))

function scalar({ value }: Scalar): RegoObject {
  if (value === null) return record({ type: 'null', value: record({}) })
  return record({ type: isNumber(value) ? 'number' : typeof value === 'string' ? 'string' : 'boolean', value })
}

/** Where terms stand among others in a set or as keys: the order of values, variables and references after strings. */
const ranks = ['scalar', 'var', 'ref', 'array', 'object', 'set']

/** A parsed module in the form OPA gives it as JSON. */
export function moduleToJson({ package: { path }, imports, rules, comments, source }: Module): Value {
  function before(a: Term, b: Term): number {
    const [x, y] = [a.value, b.value]
    if (x.kind === 'scalar' && y.kind === 'scalar') return compare(x.value, y.value)
    const rank = ranks.indexOf(x.kind) - ranks.indexOf(y.kind)
    return rank === 0 ? compare(term(a), term(b)) : rank
  }

  const terms = (list: readonly Term[]): readonly Value[] => list.map(term)

  function term(node: Term): Value {
    const { value, loc } = node
    if ('levels' in value && value.levels > maxTermDepth) throw tooDeep(maxTermDepth, nested, node)
    switch (value.kind) {
      case 'scalar':
        return scalar(value)
      case 'var':
        return record({ type: 'var', value: value.name })
      case 'ref':
      case 'call':
        return record({ type: value.kind, value: terms(value.terms) })
      case 'array':
        return record({ type: 'array', value: terms(value.items) })
      case 'set': {
        const sorted = value.items.toSorted(before)
        return record({ type: 'set', value: terms(sorted.filter((item, i) => i === 0 || before(sorted[i - 1] ?? item, item) !== 0)) })
      }
      case 'object':
        return record({ type: 'object', value: value.entries.toSorted(([a], [b]) => before(a, b)).map(([key, member]) => [term(key), term(member)]) })
      case 'templatestring':
        return record({ type: value.kind, value: record({ multi_line: source.startsWith('$`', loc.offset), parts: value.parts.map((part) => ('form' in part ? expression(part, 0) : term(part))) }) })
      default:
        return record({
          type: value.kind,
          value: record(
            value.key === undefined ? { term: term(value.term), body: body(value.body) } : { key: term(value.key), value: term(value.term), body: body(value.body) },
          ),
        })
    }
  }

  function expressionTerms(expr: Expr): Value {
    const { every } = expr
    if (every !== undefined) {
      return record({ key: every.key === undefined ? null : term(every.key), value: term(every.value), domain: term(every.domain), body: body(every.body) })
    }
    if (expr.form === 'some') return record({ symbols: terms(expr.terms) })
    const [only] = expr.terms
    return expr.form === 'term' && only !== undefined ? term(only) : terms(expr.terms)
  }

  const expression = (expr: Expr, index: number): Value =>
    record({
      index,
      terms: expressionTerms(expr),
      negated: expr.negated ? true : undefined,
      generated: expr.generated === true ? true : undefined,
      with: expr.withs.length === 0 ? undefined : expr.withs.map(({ target, value }) => record({ target: term(target), value: term(value) })),
    })

  const body = (exprs: Body): readonly Value[] => exprs.map(expression)

  const head = ({ name, ref, args, key, value, assign }: Head): Value =>
    record({
      name: name === '' ? undefined : name,
      ref: terms(ref),
      args: args === undefined ? undefined : terms(args),
      key: key === undefined ? undefined : term(key),
      value: value === undefined ? undefined : term(value),
      assign: assign ? true : undefined,
    })

  const rule = (node: Rule): Value =>
    record({
      default: node.isDefault ? true : undefined,
      head: head(node.head),
      body: body(node.body),
      else: node.else === undefined ? undefined : rule(node.else),
    })

  const imported = ({ path, alias }: Import): Value => record({ path: record({ type: 'ref', value: terms(path) }), alias: alias === '' ? undefined : alias })

  return record({
    package: record({ path: terms(path) }),
    imports: imports.length === 0 ? undefined : imports.map(imported),
    rules: rules.length === 0 ? undefined : rules.map(rule),
    comments:
      comments.length === 0
        ? undefined
        : comments.map(({ text, loc: { file, row, col } }) => record({ Text: encodeBase64(encodeUtf8(text)), Location: record({ file, row, col }) })),
  })
}
