import {
  dottedName,
  isAssignment,
  isEquality,
  isRef,
  isVar,
  makeHead,
  noPackage,
  nowhere,
  ruleKind,
  scalar,
  termExpr,
  type Body,
  type Dialect,
  type Expr,
  type Head,
  type Loc,
  type Module,
  type Package,
  type Rule,
  type Term,
} from './ast.ts'
import { branchesOf } from './branches.ts'
import { diagnostic, type Diagnostic } from './diagnostic.ts'
import { keywordsV1 } from './keywords.ts'
import { parse } from './parser.ts'
import { kindName, printRef } from './print.ts'

export interface ModuleOptions {
  readonly file: string
  readonly version: 'v0' | 'v1'
  readonly templateStrings: boolean
  readonly maxDepth: number
  /** The names that a statement which only calls something cannot have. Default: none. */
  readonly isBuiltin?: (name: string) => boolean
}

export type ParsedModule = { readonly module: Module; readonly errors: readonly [] } | { readonly module: undefined; readonly errors: readonly Diagnostic[] }

/** Reads a module: the package, its imports and its rules, in the dialect that it asks for. */
export function parseModule(source: string, options: ModuleOptions): ParsedModule {
  const { statements, comments, errors } = parse(source, options)
  if (errors.length > 0) return { module: undefined, errors }
  const first = statements[0]
  if (first === undefined) return { module: undefined, errors: [diagnostic('rego_parse_error', { ...nowhere, file: options.file }, 'empty module')] }
  const found: Diagnostic[] = []
  if (first.type !== 'package') found.push(diagnostic('rego_parse_error', first.loc, 'package expected'))
  const pkg: Package = first.type === 'package' ? first.node : { loc: first.loc, path: [] }
  const dialect: Dialect = options.version
  const module: Module = { file: options.file, source, package: pkg, imports: [], rules: [], comments, dialect }
  for (const statement of statements.slice(1)) {
    switch (statement.type) {
      case 'import':
        module.imports.push(statement.node)
        if (module.dialect === 'v0' && printRef(statement.node.path) === 'rego.v1') module.dialect = 'v0v1'
        break
      case 'rule':
        module.rules.push(statement.node)
        break
      case 'body': {
        const rule = ruleFromBody(statement.node, options)
        if (typeof rule === 'string') found.push(diagnostic('rego_parse_error', statement.loc, rule))
        else module.rules.push(rule)
        break
      }
      case 'package':
        found.push(diagnostic('rego_parse_error', statement.loc, 'unexpected package'))
    }
  }
  for (const first of module.rules) {
    for (const rule of branchesOf(first)) {
      rule.package = pkg
      if (module.dialect !== 'v0') checkV1(rule, found)
    }
  }
  return found.length > 0 ? { module: undefined, errors: found } : { module, errors: [] }
}

/** What v1 demands of a rule. */
function checkV1(rule: Rule, found: Diagnostic[]): void {
  const { head } = rule
  const kind = head.args !== undefined ? 'function' : 'rule'
  const report = (message: string): void => {
    found.push(diagnostic('rego_parse_error', rule.loc, message))
  }
  if (head.ref.length < 2 && keywordsV1.has(head.name)) report(`${head.name} keyword cannot be used for rule name`)
  if (rule.generatedBody && head.generatedValue) report(`${kind} must have value assignment and/or body declaration`)
  if (!rule.generatedBody && !head.keywords.includes('if') && !rule.isDefault) report(`\`if\` keyword is required before ${kind} body`)
  if (ruleKind(head) === 'multi' && !head.keywords.includes('contains')) report('`contains` keyword is required for partial set rules')
}

/** A statement that is no rule by its form may still be one: `pi = 3.14`, `p.q`, `f(x) = y`. */
function ruleFromBody(body: Body, { isBuiltin }: ModuleOptions): Rule | string {
  const [expr, more] = body
  if (expr === undefined || more !== undefined) return 'multiple expressions cannot be used for rule head'
  if (expr.withs.length > 0) return 'expressions using with keyword cannot be used for rule head'
  if (expr.negated) return 'negated expressions cannot be used for rule head'
  if (expr.form === 'some') return "'some' declarations cannot be used for rule head"
  if (expr.form === 'every') return 'expression cannot be used for rule head'
  if (expr.form === 'term') return ruleFromTerm(expr)
  const [operator, left, right] = expr.terms
  if (operator === undefined) return 'expression cannot be used for rule head'
  if (isEquality(expr) || isAssignment(expr)) {
    if (left === undefined || right === undefined) return 'assignment requires two operands'
    const rule = ruleFromEquation(left, right)
    if (typeof rule === 'string') return rule
    rule.loc = expr.loc
    rule.head.loc = expr.loc
    if (isAssignment(expr)) rule.head.assign = true
    return rule
  }
  if (isBuiltin?.(dottedName(operator) ?? '') === true) return 'rule name conflicts with built-in function'
  return ruleFromCall(expr)
}

function ruleFromTerm(expr: Expr): Rule | string {
  const term = expr.terms[0]
  if (term === undefined || !isRef(term)) return `${term === undefined ? 'term' : kindName(term)} cannot be used for rule name`
  const ref = term.value.terms
  if (ref.length === 1) return 'refs cannot be used for rule head'
  if (!isVar(ref[0])) return `invalid rule head: ${printRef(ref)}`
  if (ref.length > 2) return makeRule({ ...makeHead(ref, term.loc), value: scalar(true, term.loc), generatedValue: true }, term.loc, term.loc)
  return makeRule({ ...makeHead([ref[0]], term.loc), key: ref[1] }, term.loc, term.loc)
}

function ruleFromEquation(left: Term, right: Term): Rule | string {
  if (left.value.kind === 'call') {
    const [operator, ...args] = left.value.terms
    if (operator !== undefined && isRef(operator) && isVar(operator.value.terms[0])) {
      return makeRule({ ...makeHead(operator.value.terms, left.loc), args, value: right }, left.loc, right.loc)
    }
  }
  if (isRef(left)) {
    const ref = left.value.terms
    const name = ref[0]
    if (!isVar(name)) return `invalid rule head: ${printRef(ref)}`
    const head = { ...makeHead(ref, right.loc), value: right }
    if (ref.length === 2) {
      head.name = name.value.name
      head.key = ref[1]
    }
    return makeRule(head, right.loc, right.loc)
  }
  if (!isVar(left)) return `${kindName(left)} cannot be used for rule name`
  return makeRule({ ...makeHead([left], left.loc), value: right }, left.loc, right.loc)
}

function ruleFromCall(expr: Expr): Rule | string {
  const [operator, ...args] = expr.terms
  if (operator === undefined || args.length === 0) return 'rule argument list must take at least one argument'
  const ref = isRef(operator) ? operator.value.terms : [operator]
  if (!isVar(ref[0])) return `invalid rule head: ${printRef(ref)}`
  return makeRule({ ...makeHead(ref, operator.loc), args, value: scalar(true, operator.loc) }, operator.loc, operator.loc)
}

function makeRule(head: Head, loc: Loc, bodyLoc: Loc): Rule {
  return {
    loc,
    head,
    body: [termExpr(scalar(true, bodyLoc), bodyLoc)],
    else: undefined,
    isDefault: false,
    generatedBody: true,
    package: noPackage,
    path: [],
  }
}
