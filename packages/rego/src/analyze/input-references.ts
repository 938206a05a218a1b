import { rewriteLocals } from '../compile/locals.ts'
import { nameSource } from '../compile/names.ts'
import { resolveModules } from '../compile/resolve.ts'
import { makeSink } from '../compile/sink.ts'
import type { Location } from '../errors.ts'
import { toLocation } from '../plan/planner.ts'
import type { Module, Rule, Term } from '../syntax/ast.ts'
import { branchesOf } from '../syntax/branches.ts'
import { walkBody, walkHead, walkTerm, type Visitor } from '../syntax/walk.ts'

/** A place at which a module reads `input`. */
export interface InputReference {
  /** The keys, as far as they are written as text: `input.a[i].c` gives `["a"]`. Empty: `input` as a whole. */
  readonly path: readonly string[]
  /** Whether the reference goes on after `path` with something that is only known when it is evaluated. */
  readonly isOpen: boolean
  /** Where it stands. */
  readonly location: Location
}

/**
 * Every reference to the input as it was handed in, in the order of the source. Imports of parts of it are followed;
 * what is read under `with input as` is not the input that was handed in, and is left out; nor are variables, arguments
 * and rules that v0 allows to be called `input`.
 *
 * The first stages of the compiler tell one from the other. They leave the module changed.
 */
export function inputReferences(module: Module, maxSteps: number): readonly InputReference[] {
  const found: InputReference[] = []
  for (const { path, loc } of module.imports) if (isInput(path)) found.push({ ...constantPath(path), location: toLocation(loc) })
  // What they find fault with is for whoever compiles the module.
  const sink = makeSink(maxSteps)
  resolveModules([module], false, sink)
  rewriteLocals([module], nameSource([module]), new Map(), false, sink)
  const visitor: Visitor = {
    // what stands under `with input as` reads another input; only what is put there is read from this one
    expr: ({ withs }) => {
      if (!withs.some(({ target }) => isInput(termsOf(target)))) return false
      for (const { value } of withs) walkTerm(value, visitor)
      return true
    },
    term: (term) => {
      const terms = termsOf(term)
      if (isInput(terms)) found.push({ ...constantPath(terms), location: toLocation(term.loc) })
      if (term.value.kind !== 'ref') return false
      // the first term of a reference is no reference of its own
      const [first, ...rest] = term.value.terms
      for (const part of first?.value.kind === 'var' || first === undefined ? rest : [first, ...rest]) walkTerm(part, visitor)
      return true
    },
  }
  for (const rule of module.rules) for (const each of branchesOf(rule)) walkBranch(each, visitor)
  return found.sort((one, other) => one.location.offset - other.location.offset)
}

function walkBranch(rule: Rule, visitor: Visitor): void {
  walkHead(rule, visitor)
  for (const part of rule.head.ref.slice(1)) walkTerm(part, visitor)
  walkBody(rule.body, visitor)
}

function termsOf(term: Term): readonly Term[] {
  return term.value.kind === 'ref' ? term.value.terms : [term]
}

function isInput([head]: readonly Term[]): boolean {
  return head?.value.kind === 'var' && head.value.name === 'input'
}

function constantPath(terms: readonly Term[]): { readonly path: readonly string[]; readonly isOpen: boolean } {
  const keys = terms.slice(1)
  const open = keys.findIndex(({ value }) => value.kind !== 'scalar' || typeof value.value !== 'string')
  const path = (open === -1 ? keys : keys.slice(0, open)).flatMap(({ value }) => (value.kind === 'scalar' ? [String(value.value)] : []))
  return { path, isOpen: open !== -1 }
}
