import { quote } from '../value/format.ts'
import { numberText } from '../value/number.ts'
import type { Expr, Loc, Term } from './ast.ts'
import { isWildcard } from './ast.ts'
import { keywordsV1 } from './keywords.ts'

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/
const infix: Readonly<Record<string, string | undefined>> = {
  eq: '=',
  assign: ':=',
  equal: '==',
  neq: '!=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  plus: '+',
  minus: '-',
  mul: '*',
  div: '/',
  rem: '%',
  and: '&',
  or: '|',
}

/** A reference as messages show it: `data.a["b-c"][x]`. */
export function printRef(terms: readonly Term[]): string {
  const [head, ...rest] = terms
  if (head === undefined) return ''
  let out = head.value.kind === 'scalar' && typeof head.value.value === 'string' ? head.value.value : printTerm(head)
  for (const part of rest) {
    if (part.value.kind === 'scalar' && typeof part.value.value === 'string' && plainName.test(part.value.value) && !keywordsV1.has(part.value.value)) out += `.${part.value.value}`
    else out += `[${printTerm(part)}]`
  }
  return out
}

/** A term as messages show it. */
export function printTerm(term: Term): string {
  const { value } = term
  switch (value.kind) {
    case 'scalar':
      if (typeof value.value === 'string') return quote(value.value)
      return value.value === null || typeof value.value === 'boolean' ? String(value.value) : numberText(value.value)
    case 'var':
      return isWildcard(value.name) ? '_' : value.name
    case 'ref':
      return printRef(value.terms)
    case 'call': {
      const [operator, ...operands] = value.terms
      return `${operator === undefined ? '' : printTerm(operator)}(${operands.map(printTerm).join(', ')})`
    }
    case 'array':
      return `[${value.items.map(printTerm).join(', ')}]`
    case 'set':
      return value.items.length === 0 ? 'set()' : `{${value.items.map(printTerm).join(', ')}}`
    case 'object':
      return `{${value.entries.map(([key, item]) => `${printTerm(key)}: ${printTerm(item)}`).join(', ')}}`
    case 'arraycomprehension':
      return `[${printTerm(value.term)} | ${printBody(value.body)}]`
    case 'setcomprehension':
      return `{${printTerm(value.term)} | ${printBody(value.body)}}`
    case 'objectcomprehension':
      return `{${value.key === undefined ? '' : printTerm(value.key)}: ${printTerm(value.term)} | ${printBody(value.body)}}`
    case 'templatestring':
      return '$"…"'
  }
}

export function printBody(body: readonly Expr[]): string {
  return body.map(printExpr).join('; ')
}

export function printExpr(expr: Expr): string {
  const withs = expr.withs.map(({ target, value }) => ` with ${printTerm(target)} as ${printTerm(value)}`).join('')
  return `${expr.negated ? 'not ' : ''}${printForm(expr)}${withs}`
}

function printForm(expr: Expr): string {
  if (expr.form === 'every' && expr.every !== undefined) {
    const { key, value, domain, body } = expr.every
    return `every ${key === undefined ? '' : `${printTerm(key)}, `}${printTerm(value)} in ${printTerm(domain)} { ${printBody(body)} }`
  }
  if (expr.form === 'some') return `some ${expr.terms.map(printTerm).join(', ')}`
  const [operator, ...operands] = expr.terms
  if (operator === undefined) return ''
  if (expr.form === 'term') return printTerm(operator)
  const sign = infix[printTerm(operator)]
  const [left, right] = operands
  if (sign !== undefined && operands.length === 2 && left !== undefined && right !== undefined) return `${printTerm(left)} ${sign} ${printTerm(right)}`
  return `${printTerm(operator)}(${operands.map(printTerm).join(', ')})`
}

export function printLoc(loc: Loc): string {
  return `${loc.file}:${loc.row}`
}

/** What OPA calls a kind of term in its messages. */
export function kindName(term: Term): string {
  const { value } = term
  if (value.kind !== 'scalar') return value.kind
  if (value.value === null) return 'null'
  if (typeof value.value === 'boolean') return 'boolean'
  return typeof value.value === 'string' ? 'string' : 'number'
}
