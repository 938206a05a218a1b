import { nodeAt } from '../compile/tree.ts'
import { RegoError } from '../errors.ts'
import type { Frame, Get } from '../plan/frame.ts'
import type { Planner } from '../plan/planner.ts'
import type { Scope } from '../plan/scope.ts'
import { isEvaluable, isRootName, planGet } from '../plan/terms.ts'
import { isGenerated, isWildcard, refTerm, type Loc, type Ref, type Term } from '../syntax/ast.ts'
import { walkTerm, type Visitor } from '../syntax/walk.ts'
import type { Value } from '../value/value.ts'
import { outOfTurn, refText, type ExplainContext } from './context.ts'
import type { Attempt } from './explanation.ts'

/** Something in a literal that has a value. */
export type Look = (frame: Frame) => Attempt['values']

/** What references and variables in the terms stand for. */
export function planLooks(terms: readonly Term[], scope: Scope, context: ExplainContext): readonly Look[] {
  const looks: Look[] = []
  const visitor: Visitor = {
    // What is in the body of `every` is told of the member that fails.
    expr: ({ every }) => {
      if (every !== undefined) walkTerm(every.domain, visitor)
      return every !== undefined
    },
    term: (term) => {
      const { value } = term
      if (value.kind === 'var') looks.push(...variableLook(value.name, scope, context))
      if (value.kind !== 'ref') return false
      looks.push(...refLook(term, value, scope, context))
      return true
    },
  }
  for (const term of terms) walkTerm(term, visitor)
  return looks
}

/** Sums of numbers, which everybody can do; and nothing. */
const isArithmetic = /^(?:[-(\d][-+*/%()\s\d.e]*)?$/i

/** Whether the term is the name of a function, which has no value of its own. */
export function isFunction(term: Term, planner: Planner): boolean {
  return planner.functionAt(term)?.isFunction === true
}

function variableLook(name: string, scope: Scope, { shown }: ExplainContext): readonly Look[] {
  const text = shown.get(name) ?? name
  if (!scope.isBound(name) || isArithmetic.test(text) || isGenerated(text) || isWildcard(text)) return []
  const slot = scope.slots.of(name)
  return [(frame) => [{ text, value: frame[slot] as Value | undefined }]]
}

/** The source of the first parts of a reference; empty where they stand elsewhere. */
function textTo(parts: readonly Term[], { end, ...loc }: Loc, { text }: ExplainContext): string {
  const last = parts.at(-1)?.loc
  if (last === undefined || last.offset < loc.offset || last.end > end) return ''
  const bracketed = text({ ...loc, end: last.end + 1 })
  return bracketed.endsWith(']') ? bracketed : text({ ...loc, end: last.end })
}

/** The value of a reference, or of as much of it as has one. */
function refLook(term: Term, { terms }: Ref, scope: Scope, context: ExplainContext): readonly Look[] {
  const { planner } = context
  const [root] = terms
  if (root === undefined || !(isRootName(root) || isEvaluable(root, scope)) || isFunction(term, planner)) return []
  const open = terms.findIndex((part, index) => index > 0 && !isEvaluable(part, scope))
  const ways: { readonly text: string; readonly get: Get }[] = []
  const most = open === -1 ? terms.length : open
  for (let count = most; count > 1 || count === most; count--) {
    const part = terms.slice(0, count)
    const isWhole = count === terms.length
    // A whole package may hold what fails for other reasons.
    if (!isWhole && nodeAt(context.tree, part)?.rules.length === 0) break
    ways.push({ text: (isWhole ? context.text(term.loc) : textTo(part, term.loc, context)) || refText(part, context), get: planGet(refTerm(part, term.loc), scope, planner) })
  }
  return [
    (frame) => {
      const values = ways.map(({ text, get }) => {
        const value = outOfTurn(() => get(frame))
        return { text, value: value instanceof RegoError ? undefined : value }
      })
      const found = values.findIndex(({ value }) => value !== undefined)
      return values.filter((_, index) => index === 0 || index === found)
    },
  ]
}
