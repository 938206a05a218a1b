import { functionType, mapType, anyType, stringType } from '../types/type.ts'
import type { Body, Expr, Head, Rule, Term } from '../syntax/ast.ts'
import { parseModule } from '../syntax/module.ts'
import { kindName, printLoc } from '../syntax/print.ts'
import { RegoObject, type Value } from '../value/value.ts'
import type { Builtin } from './builtin.ts'
import { builtinError, stringOperand } from './operands.ts'

function object(entries: Readonly<Record<string, Value | undefined>>): RegoObject {
  return RegoObject.of(Object.entries(entries).filter((entry): entry is [string, Value] => entry[1] !== undefined))
}

/** A term in the JSON that OPA gives its syntax tree. */
function term(node: Term): Value {
  const { value } = node
  const typed = (inner: Value): Value => object({ type: kindName(node), value: inner })
  switch (value.kind) {
    case 'scalar':
      return value.value === null ? object({ type: 'null', value: object({}) }) : typed(value.value)
    case 'var':
      return typed(value.name)
    case 'ref':
    case 'call':
      return typed(value.terms.map(term))
    case 'array':
    case 'set':
      return typed(value.items.map(term))
    case 'object':
      return typed(value.entries.map(([key, item]) => [term(key), term(item)]))
    case 'arraycomprehension':
    case 'setcomprehension':
      return typed(object({ term: term(value.term), body: body(value.body) }))
    case 'objectcomprehension':
      return typed(object({ key: value.key === undefined ? undefined : term(value.key), value: term(value.term), body: body(value.body) }))
    case 'templatestring':
      return typed(value.parts.map((part) => ('form' in part ? expr(part, 0) : term(part))))
  }
}

function body(exprs: Body): Value {
  return exprs.map(expr)
}

function expr(node: Expr, index: number): Value {
  const terms = (): Value => {
    if (node.every !== undefined) {
      const { key, value, domain, body: inner } = node.every
      return object({ key: key === undefined ? null : term(key), value: term(value), domain: term(domain), body: body(inner) })
    }
    if (node.form === 'some') return object({ symbols: node.terms.map(term) })
    const [only] = node.terms
    return node.form === 'term' && only !== undefined ? term(only) : node.terms.map(term)
  }
  return object({
    index,
    negated: node.negated ? true : undefined,
    terms: terms(),
    with: node.withs.length === 0 ? undefined : node.withs.map((item) => object({ target: term(item.target), value: term(item.value) })),
  })
}

function head(node: Head): Value {
  return object({
    name: node.name === '' ? undefined : node.name,
    args: node.args?.map(term),
    key: node.key === undefined ? undefined : term(node.key),
    value: node.value === undefined ? undefined : term(node.value),
    assign: node.assign ? true : undefined,
    ref: node.ref.map(term),
  })
}

function rule(node: Rule): Value {
  return object({ default: node.isDefault ? true : undefined, head: head(node.head), body: body(node.body), else: node.else === undefined ? undefined : rule(node.else) })
}

/** `rego.parse_module(name, source)`: the syntax tree of a v0 module, as JSON. */
export const parseModuleBuiltins: readonly Builtin[] = [
  {
    name: 'rego.parse_module',
    declaration: functionType([stringType, stringType], mapType(stringType, anyType)),
    call: (context, name, source) => {
      const file = stringOperand(name ?? null, 1)
      const text = stringOperand(source ?? null, 2)
      context.spend(text.length)
      const { module, errors } = parseModule(text, { file, version: 'v0', templateStrings: false, maxDepth: 100 })
      if (module === undefined) {
        const lines = errors.map(({ code, message, location }) => `${location === undefined ? '' : `${printLoc(location)}: `}${code}: ${message}`)
        throw builtinError(lines.length === 1 ? `1 error occurred: ${lines[0]}` : `${lines.length} errors occurred:\n${lines.join('\n')}`)
      }
      return object({
        package: object({ path: module.package.path.map(term) }),
        imports: module.imports.length === 0 ? undefined : module.imports.map((node) => object({ path: object({ type: 'ref', value: node.path.map(term) }), alias: node.alias === '' ? undefined : node.alias })),
        rules: module.rules.length === 0 ? undefined : module.rules.map(rule),
      })
    },
  },
]
