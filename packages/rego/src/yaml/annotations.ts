import { BuiltinError, type BuiltinContext } from '../builtins/builtin.ts'
import { anyType, arrayType, functionType } from '../types/type.ts'
import { readYaml } from './read.ts'
import { isComprehension, listNode, objectNode, operatorName, operatorTerm, termExpr, type Body, type Comment, type Expr, type Loc, type Module, type Rule, type Term } from '../syntax/ast.ts'
import { printRef } from '../syntax/print.ts'
import { walkRule } from '../syntax/walk.ts'
import { objectEntries, objectGet, objectKeys, objectSize } from '../value/members.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import { isArray, isNumber, isObject, type Value } from '../value/value.ts'
import { eachRule } from '../compile/rewrite.ts'
import type { RewritingBuiltin } from '../compile/rewriting-builtin.ts'
import type { Sink } from '../compile/sink.ts'
import { rulePath, stringPath } from '../compile/tree.ts'

type Scope = 'rule' | 'document' | 'package' | 'subpackages'

interface Annotation {
  readonly scope: Scope
  readonly loc: Loc
  readonly value: Value
  readonly module: Module
  /** The rule it stands before; none for packages. */
  readonly rule: Rule | undefined
}

/**
 * `rego.metadata.rule()` and `.chain()` are constants of the rule they stand in. Annotations are YAML; they are looked
 * at only when one of the two is called.
 */
export const metadataBuiltins: readonly RewritingBuiltin[] = [
  { name: 'rego.metadata.rule', declaration: functionType([], anyType), call: () => undefined, rewriteCalls: rewriteMetadataCalls },
  { name: 'rego.metadata.chain', declaration: functionType([], arrayType(anyType)), call: () => undefined, rewriteCalls: rewriteMetadataCalls },
]

/** Replaces the calls of both: there are none left for a second time. */
function rewriteMetadataCalls(modules: readonly Module[], sink: Sink): void {
  let first: Expr | undefined
  eachRule(modules, (rule) => {
    walkRule(rule, {
      expr: (expr) => {
        if (isMetadataCall(expr)) first ??= expr
      },
    })
  })
  if (first === undefined) return
  const annotations = modules.flatMap((module) => annotationsOf(module, sink))
  for (const module of modules) {
    for (const rule of module.rules) {
      const own = annotations.filter((item) => item.rule === rule && item.scope === 'rule').sort((a, b) => b.loc.row - a.loc.row)
      for (let branch: Rule | undefined = rule; branch !== undefined; branch = branch.else) {
        const replace = (body: Body): Body => body.map((expr) => rewritten(expr, () => own[0]?.value ?? new RegoObject(), () => chain(rule, own, annotations)))
        walkRule(branch, {
          term: ({ value }) => {
            if (isComprehension(value)) value.body = replace(value.body)
          },
          expr: ({ every }) => {
            if (every !== undefined) every.body = replace(every.body)
          },
        })
        branch.body = replace(branch.body)
      }
    }
  }
}

function isMetadataCall(expr: Expr): boolean {
  const name = operatorName(expr)
  return name === 'rego.metadata.rule' || name === 'rego.metadata.chain'
}

function rewritten(expr: Expr, ofRule: () => Value, ofChain: () => Value): Expr {
  if (!isMetadataCall(expr)) return expr
  const constant = toTerm(operatorName(expr) === 'rego.metadata.rule' ? ofRule() : ofChain(), expr.loc)
  const output = expr.terms[1]
  if (output === undefined) return { ...termExpr(constant, expr.loc), generated: true }
  return { ...expr, terms: [operatorTerm('eq', expr.loc), output, constant], generated: true }
}

/** From the rule outwards: its own annotations, its document's, its package's, and those of packages above. */
function chain(rule: Rule, own: readonly Annotation[], all: readonly Annotation[]): Value {
  const path = stringPath(rulePath(rule)).slice(1)
  const pkg = stringPath(rule.package.path).slice(1)
  const links: Value[] = own.map((item) => link(path, item))
  if (links.length === 0) links.push(link(path, undefined))
  const documentPath = printRef(rulePath(rule))
  const document = all.find((item) => item.scope === 'document' && item.rule !== undefined && printRef(rulePath(item.rule)) === documentPath)
  if (document !== undefined) links.push(link(path, document))
  const ownPackage = all.find((item) => item.scope === 'package' && stringPath(item.module.package.path).slice(1).join('\0') === pkg.join('\0'))
  if (ownPackage !== undefined) links.push(link(pkg, ownPackage))
  const above = all
    .filter((item) => item.scope === 'subpackages')
    .map((item) => ({ item, at: stringPath(item.module.package.path).slice(1) }))
    .filter(({ at }) => at.every((part, index) => part === pkg[index]))
    .sort((a, b) => b.at.length - a.at.length)
  for (const { item, at } of above) links.push(link(at, item))
  return links
}

function link(path: readonly string[], annotation: Annotation | undefined): Value {
  const object = new RegoObject()
  object.set('path', path)
  if (annotation !== undefined) object.set('annotations', annotation.value)
  return object
}

// Reading

const stringly: BuiltinContext = {
  spend: () => undefined,
  checkLength: () => undefined,
  checkSize: () => undefined,
  limits: { steps: 1_000_000, depth: 100, resultSize: 100_000, stringLength: 1_000_000, regexSize: 1000 },
  now: undefined,
  seed: undefined,
  evaluationCache: new Map(),
  programCache: { get: () => undefined, set: () => undefined },
  note: undefined,
  signal: undefined,
}

function annotationsOf(module: Module, sink: Sink): readonly Annotation[] {
  const found: Annotation[] = []
  for (const block of blocks(module.comments)) {
    const [head, ...lines] = block
    if (head === undefined) continue
    const text = lines.map((line) => line.text.replace(/^ /, '')).join('\n')
    let value: Value | undefined
    try {
      value = readYaml(text, stringly)
    } catch (error) {
      if (!(error instanceof BuiltinError)) throw error
      // A place in the YAML is one in the comment.
      const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 0)
      sink.report('rego_parse_error', block[line]?.loc ?? head.loc, error.message)
      return []
    }
    if (value === undefined || !isObject(value)) {
      sink.report('rego_parse_error', head.loc, 'expected METADATA block, found whitespace')
      return []
    }
    const row = block.at(-1)?.loc.row ?? head.loc.row
    const rule = module.rules.filter((item) => item.loc.row > row).sort((a, b) => a.loc.row - b.loc.row)[0]
    const isPackage = module.package.loc.row > row
    const entrypoint = objectGet(value, 'entrypoint') === true
    const scope = scopeOf(objectGet(value, 'scope'), isPackage ? 'package' : entrypoint ? 'document' : 'rule')
    found.push({ scope, loc: head.loc, value: annotationValue(value, scope), module, rule: isPackage ? undefined : rule })
  }
  return found
}

function scopeOf(value: Value | undefined, fallback: Scope): Scope {
  return value === 'rule' || value === 'document' || value === 'package' || value === 'subpackages' ? value : fallback
}

function blocks(comments: readonly Comment[]): readonly (readonly Comment[])[] {
  const found: Comment[][] = []
  let current: Comment[] | undefined
  for (const comment of comments) {
    const last = current?.at(-1)
    if (current !== undefined && last !== undefined && comment.loc.row === last.loc.row + 1 && comment.loc.col === 1) {
      current.push(comment)
      continue
    }
    current = undefined
    if (comment.text.trim().startsWith('METADATA')) {
      current = [comment]
      found.push(current)
    }
  }
  return found
}

/** The fields in the form that OPA gives them. */
function annotationValue(raw: Value, scope: Scope): Value {
  const object = new RegoObject()
  if (!isObject(raw)) return object
  object.set('scope', scope)
  for (const key of objectKeys(raw)) {
    const value = objectGet(raw, key)
    if (value === undefined || key === 'scope') continue
    if (key === 'authors' && isArray(value)) object.set(key, value.map(author))
    else if (key === 'related_resources' && isArray(value)) object.set(key, value.map((item) => (typeof item === 'string' ? RegoObject.of([['ref', item]]) : item)))
    else if (key === 'custom' && isObject(value) && objectSize(value) === 0) continue
    else if (key === 'entrypoint' && value === false) continue
    else object.set(key, value)
  }
  return object
}

function author(value: Value): Value {
  if (typeof value !== 'string') return value
  const match = /^(.*?)\s*<([^<>\s]*)>$/.exec(value.trim())
  const entries: [Value, Value][] = match === null ? [['name', value.trim()]] : [['name', match[1] ?? ''], ['email', match[2] ?? '']]
  return RegoObject.of(entries.filter(([, text]) => text !== ''))
}

function toTerm(value: Value, loc: Loc): Term {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || isNumber(value)) return { loc, value: { kind: 'scalar', value } }
  if (isArray(value)) return { loc, value: listNode('array', value.map((item) => toTerm(item, loc))) }
  if (value instanceof RegoSet) return { loc, value: listNode('set', value.values().map((item) => toTerm(item, loc))) }
  const entries = isObject(value) ? objectEntries(value) : []
  return { loc, value: objectNode(entries.map(([key, item]) => [toTerm(key, loc), toTerm(item, loc)])) }
}
