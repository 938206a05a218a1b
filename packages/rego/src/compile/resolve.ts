import {
  isAssignment,
  isRef,
  isVar,
  refTerm,
  nowhere,
  scalar,
  stringOf,
  type Body,
  type Expr,
  type Import,
  type Loc,
  type Module,
  type Rule,
  type Term,
} from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { mapParts, type Mapping } from '../syntax/copy.ts'
import { printRef, printTerm } from '../syntax/print.ts'
import { varsOfTerm, walkTerm } from '../syntax/walk.ts'
import type { Sink } from './sink.ts'

/** What a bare name stands for: a rule of the package, or an import. */
export interface Global {
  readonly ref: readonly Term[]
  used: boolean
}

export type Globals = Map<string, Global>

export function importName(node: Import): string {
  if (node.alias !== '') return node.alias
  const last = node.path.at(-1)
  return last === undefined ? '' : isVar(last) ? last.value.name : (stringOf(last) ?? '')
}

/** `import data.a as b`, as messages show it. */
export function printImport(node: Import): string {
  return `import ${printRef(node.path)}${node.alias === '' ? '' : ` as ${node.alias}`}`
}

export function packageRules(modules: readonly Module[]): Map<string, Set<string>> {
  const rules = new Map<string, Set<string>>()
  for (const module of modules) {
    const path = printRef(module.package.path)
    const names = rules.get(path) ?? new Set<string>()
    rules.set(path, names)
    for (const rule of module.rules) {
      const first = rule.head.ref[0]
      if (isVar(first)) names.add(first.value.name)
    }
  }
  return rules
}

export function globalsOf(path: readonly Term[], names: Iterable<string>, imports: readonly Import[]): Globals {
  const globals: Globals = new Map()
  for (const name of names) globals.set(name, { ref: [...path, scalar(name, path[0]?.loc ?? nowhere)], used: false })
  for (const node of imports) {
    const root = node.path[0]
    if (isVar(root) && (root.value.name === 'future' || root.value.name === 'rego')) continue
    globals.set(importName(node), { ref: node.path, used: false })
  }
  return globals
}

/** Replaces names by the full references they stand for, in every rule. */
export function resolveModules(modules: readonly Module[], strict: boolean, sink: Sink): void {
  const rules = packageRules(modules)
  for (const module of modules) {
    const globals = globalsOf(module.package.path, rules.get(printRef(module.package.path)) ?? [], module.imports)
    for (const first of module.rules) {
      for (const rule of branchesOf(first)) resolveRule(globals, rule, sink)
    }
    if (!strict) continue
    for (const node of module.imports) {
      const global = globals.get(importName(node))
      if (global !== undefined && !global.used) sink.report('rego_compile_error', node.loc, `${printImport(node)} unused`)
    }
  }
}

function resolveRule(globals: Globals, rule: Rule, sink: Sink): void {
  const args = new Set<string>()
  let shadowed: Term | undefined
  const collect = (term: Term): boolean => {
    const { value } = term
    switch (value.kind) {
      case 'var':
        args.add(value.name)
        return false
      case 'object':
        for (const [, item] of value.entries) walkTerm(item, { term: collect })
        return true
      case 'ref':
        if (value.terms.length === 1) shadowed ??= term
        return false
      case 'scalar':
      case 'array':
        return false
      default:
        return true
    }
  }
  for (const arg of rule.head.args ?? []) walkTerm(arg, { term: collect })
  if (shadowed !== undefined) {
    sink.report('rego_compile_error', rule.loc, `args must not shadow ${printTerm(shadowed)} (use a different variable name)`)
    return
  }
  const resolver = makeResolver(globals, [args, declaredVars(rule.body)])
  const { head } = rule
  head.ref = head.ref.map((term, index) => (index === 0 ? term : resolver.term(term)))
  if (head.key !== undefined) head.key = resolver.term(head.key)
  if (head.value !== undefined) head.value = resolver.term(head.value)
  rule.body = resolver.body(rule.body)
}

export function resolveBody(globals: Globals, body: Body): Body {
  return makeResolver(globals, [declaredVars(body)]).body(body)
}

interface Resolver {
  readonly term: (term: Term) => Term
  readonly body: (body: Body) => Body
}

function makeResolver(globals: Globals, ignore: ReadonlySet<string>[]): Resolver {
  const globalOf = (name: string): Global | undefined => {
    if (ignore.some((names) => names.has(name))) return undefined
    const global = globals.get(name)
    if (global !== undefined) global.used = true
    return global
  }
  const located = (global: Global, loc: Loc): Term[] => global.ref.map((part) => ({ ...part, loc }))

  const term = (node: Term): Term => {
    const { value, loc } = node
    switch (value.kind) {
      case 'var': {
        const global = globalOf(value.name)
        return global === undefined ? node : refTerm(located(global, loc), loc)
      }
      case 'ref': {
        const [head, ...rest] = value.terms
        if (head === undefined) return node
        const global = isVar(head) ? globalOf(head.value.name) : undefined
        const start = global === undefined ? [isVar(head) ? head : term(head)] : located(global, head.loc)
        return refTerm([...start, ...rest.map(term)], loc)
      }
      case 'arraycomprehension':
      case 'setcomprehension':
      case 'objectcomprehension': {
        ignore.push(declaredVars(value.body))
        const result = mapParts(value, mapping)
        ignore.pop()
        return { loc, value: result }
      }
      default:
        return { loc, value: mapParts(value, mapping) }
    }
  }

  const expr = (node: Expr): Expr => {
    const copy: Expr = { ...node }
    if (node.form === 'some') {
      const only = node.terms[0]
      if (only?.value.kind === 'call') copy.terms = [term(only)]
    } else copy.terms = node.terms.map(term)
    if (node.every !== undefined) {
      const { every } = node
      const locals = varsOfTerm(every.value)
      if (every.key !== undefined) varsOfTerm(every.key, {}, locals)
      ignore.push(locals)
      copy.every = { ...every, domain: term(every.domain), body: body(every.body) }
      ignore.pop()
    }
    copy.withs = node.withs.map((item) => ({ ...item, target: term(item.target), value: term(item.value) }))
    return copy
  }

  const body = (node: Body): Body => node.map(expr)
  const mapping: Mapping = { term, expr }
  return { term, body }
}

/** The variables that a body's own `:=` and `some` declare, not those of comprehensions in it. */
export function declaredVars(body: Body): Set<string> {
  const names = new Set<string>()
  const visit = (node: Expr): void => {
    if (isAssignment(node) && node.terms.length === 3) {
      if (node.terms[1] !== undefined) varsOfTerm(node.terms[1], {}, names)
      const root = node.terms[1]
      if (isRef(root)) for (const part of root.value.terms) if (isVar(part)) names.add(part.value.name)
    } else if (node.form === 'some') {
      for (const symbol of node.terms) {
        if (isVar(symbol)) names.add(symbol.value.name)
        else if (symbol.value.kind === 'call') {
          const args = symbol.value.terms.slice(1)
          for (const arg of args.slice(0, -1)) varsOfTerm(arg, {}, names)
        }
      }
    } else if (node.every !== undefined) node.every.body.forEach(visit)
  }
  body.forEach(visit)
  return names
}
