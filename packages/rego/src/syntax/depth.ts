import { RegoError } from '../errors.ts'
import { defaultLimits } from '../limits.ts'
import type { Statement, Term } from './ast.ts'
import { branchesOf } from './branches.ts'
import { toLocation } from '../plan/planner.ts'
import { walkBody, walkRule, walkTerm } from './walk.ts'

/** Two thirds of what the checker and the evaluator hold on a stack of a megabyte. */
export const maxTermDepth = 1024

/** Constants are values, which may be as deep as those of `input` and `data`: no stage looks into them for names. */
const maxLevels = defaultLimits.depth

export const nested = 'levels of terms in each other'

/**
 * Refuses terms that are nested too deeply. How much of the stack there happens to be has no say in it.
 *
 * @throws RegoError `ERR_LIMIT_DEPTH`.
 */
export function checkTermDepth(statement: Statement): void {
  let outer: Term | undefined
  const visitor = {
    term: (term: Term, depth: number): void => {
      if ('levels' in term.value && term.value.levels > maxLevels) throw tooDeep(maxLevels, nested, term)
      if (depth === maxTermDepth - 2) outer = term // the name of an operator is a variable in a reference in its call
      if (depth < maxTermDepth) return
      throw tooDeep(maxTermDepth, outer !== undefined && isInfix(outer) ? 'operators in a row' : nested, term)
    },
  }
  if (statement.type === 'body') walkBody(statement.node, visitor)
  if (statement.type !== 'rule') return
  for (const rule of branchesOf(statement.node)) {
    for (const part of rule.head.ref) walkTerm(part, visitor)
    walkRule(rule, visitor)
  }
}

export function tooDeep(most: number, what: string, { loc }: Term): RegoError {
  return new RegoError('ERR_LIMIT_DEPTH', `expected at most ${most} ${what}, found more`, toLocation(loc))
}

/** An operator between its operands stands behind the first of them, the name of a function before it. */
function isInfix({ value }: Term): boolean {
  const [operator, left] = value.kind === 'call' ? value.terms : []
  return operator !== undefined && left !== undefined && operator.loc.offset > left.loc.offset
}
