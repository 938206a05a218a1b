import { isComprehension, isVar, type Expr, type Term } from '../syntax/ast.ts'
import { diagnostic, type Diagnostic } from '../syntax/diagnostic.ts'
import { printRef, printTerm } from '../syntax/print.ts'
import { walkTerm } from '../syntax/walk.ts'
import { keys, printType, select, unifies, values, type Known } from '../types/operations.ts'
import { anyType, stringType } from '../types/type.ts'
import { compare } from '../value/compare.ts'
import { formatTerm } from '../value/format.ts'
import type { Value } from '../value/value.ts'
import { constantValue } from './constant.ts'
import { renameVars } from './rename.ts'
import { extent, isRoot, nodeKey, type TypeEnv, type TypeNode } from './type-env.ts'
import { unify1 } from './unify-types.ts'

/** Follows references through what is known of the documents they lead into. */
export class RefChecker {
  private readonly rewritten: ReadonlyMap<string, string>

  /** Messages show variables as the source called them. */
  constructor(rewritten: ReadonlyMap<string, string>) {
    this.rewritten = rewritten
  }

  /** Every reference in a literal, but those in closures: they are checked with their own bodies. */
  check(env: TypeEnv, expr: Expr): readonly Diagnostic[] {
    const errors: Diagnostic[] = []
    const inTerm = (root: Term): void => {
      walkTerm(root, {
        expr: (inner) => {
          errors.push(...this.check(env, inner))
          return true
        },
        term: (term) => {
          if (isComprehension(term.value)) return true
          if (term.value.kind !== 'ref') return false
          const ref = term.value.terms
          const type = env.ref(ref)
          if (type?.kind === 'function') {
            // Functions are no values, except for `with`.
            errors.push(this.unsupported(ref, ref.length - 1, type))
            return true
          }
          const problem = this.ref(env, env, env.root, ref, 0)
          if (problem !== undefined) errors.push(problem)
          return false
        },
      })
    }
    if (expr.every !== undefined) {
      const { key, value, domain, body } = expr.every
      if (key !== undefined) inTerm(key)
      inTerm(value)
      inTerm(domain)
      for (const inner of body) errors.push(...this.check(env, inner))
      for (const item of expr.withs) {
        inTerm(item.value)
      }
      return errors
    }
    for (const [index, term] of expr.terms.entries()) if (expr.form === 'term' || index > 0) inTerm(term)
    return errors
  }

  private shown(ref: readonly Term[]): Term[] {
    return ref.map((term) => renameVars(term, this.rewritten))
  }

  private unsupported(ref: readonly Term[], at: number, have: Known): Diagnostic {
    const shown = this.shown(ref)
    const text = printRef(shown)
    const first = ref[0]
    if (have?.kind === 'function') return diagnostic('rego_type_error', first?.loc, `function ${text} used as reference, not called`, undefined)
    return diagnostic('rego_type_error', first?.loc, `undefined ref: ${text}`, [text, '^'.repeat(printRef(shown.slice(0, at + 1)).length), `have: ${printType(have)}`])
  }

  private invalid(ref: readonly Term[], at: number, have: Known, want: Known, oneOf: readonly Value[]): Diagnostic {
    const shown = this.shown(ref)
    const text = printRef(shown)
    const pad = ' '.repeat(printRef(shown.slice(0, at)).length + 1)
    const term = shown[at]
    const lines = [text, `${pad}^`]
    if (have !== undefined) lines.push(`${pad}have (type): ${printType(have)}`)
    else lines.push(`${pad}have: ${term === undefined ? '' : printTerm(term)}`)
    if (oneOf.length > 0) lines.push(`${pad}want (one of): [${oneOf.map(formatTerm).join(' ')}]`)
    else lines.push(`${pad}want (type): ${printType(want)}`)
    return diagnostic('rego_type_error', ref[0]?.loc, `undefined ref: ${text}`, lines)
  }

  private ref(top: TypeEnv, env: TypeEnv, node: TypeNode, ref: readonly Term[], index: number): Diagnostic | undefined {
    const head = ref[index]
    if (head === undefined) return undefined
    if (index === 1 || index === 2) {
      const isName = isVar(head) || (head.value.kind === 'scalar' && typeof head.value.value === 'string')
      if (!isName) return this.invalid(ref, index, top.get(head), stringType, childKeys(node))
    }
    if (isVar(head) && index !== 0) {
      const type = keys(extent(node))
      const known = top.variable(head.value.name)
      if (known !== undefined) {
        if (!unifies(type, known)) return this.invalid(ref, index, known, type, childKeys(node))
      } else if (type !== undefined) top.put(head, type)
    }
    const below = node.children.get(nodeKey(head))
    if (below === undefined) {
      if (env.next !== undefined) return this.ref(top, env.next, env.next.root, ref, 0)
      if (isRoot(ref[0])) {
        if (index !== 0) {
          for (const other of node.children.values()) this.ref(top, env, other, ref, index + 1)
          return undefined
        }
        return this.leaf(top, anyType, ref, 1)
      }
      return this.leaf(top, anyType, ref, 0)
    }
    if (below.value !== undefined) return this.leaf(top, below.value, ref, index + 1)
    return this.ref(top, env, below, ref, index + 1)
  }

  private leaf(env: TypeEnv, type: Known, ref: readonly Term[], index: number): Diagnostic | undefined {
    const head = ref[index]
    if (head === undefined) return undefined
    const wanted = keys(type)
    if (wanted === undefined) return this.unsupported(ref, index - 1, type)
    if (isVar(head)) {
      const known = env.variable(head.value.name)
      if (known !== undefined) {
        if (!unifies(known, wanted)) return this.invalid(ref, index, known, wanted, typeKeys(type))
      } else env.put(head, wanted)
    } else if (head.value.kind === 'ref') {
      const known = env.ref(head.value.terms)
      if (known !== undefined && !unifies(known, wanted)) return this.invalid(ref, index, known, wanted, typeKeys(type))
    } else if ('levels' in head.value) {
      if (!unify1(env, head, wanted, false)) return this.invalid(ref, index, env.get(head), wanted, [])
    } else {
      const constant = constantValue(head)
      const found = constant === undefined ? undefined : select(type, constant)
      if (found === undefined) return this.invalid(ref, index, undefined, wanted, typeKeys(type))
      return this.leaf(env, found, ref, index + 1)
    }
    return this.leaf(env, values(type), ref, index + 1)
  }
}

function childKeys(node: TypeNode): readonly Value[] {
  const found: Value[] = []
  for (const { key } of node.children.values()) if (key !== undefined) found.push(key)
  return found.sort(compare)
}

function typeKeys(type: Known): readonly Value[] {
  const found: Value[] = []
  const collect = (of: Known): void => {
    if (of?.kind === 'object') for (const { key } of of.properties) found.push(key)
    else if (of?.kind === 'any') of.of.forEach(collect)
  }
  collect(type)
  return [...new Set(found)].sort(compare)
}
