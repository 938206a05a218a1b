import type { ReportedError, Verdict } from './oracle.ts'
import type { Case } from './program.ts'

/** A disagreement that is understood. */
export interface KnownDifference {
  readonly name: string
  readonly reason: string
  /** Not meant: to be put right here. */
  readonly open?: true
  readonly matches: (opa: Verdict, here: Verdict, made: Case) => boolean
}

/** Everything in which this engine differs from OPA on generated programs, as far as it is understood. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'negative zero',
    reason: 'OPA prints -0 for a product of zero and a negative number; here it is 0, which is equal',
    matches: (opa, here) => opa.kind === 'value' && here.kind === 'value' && opa.json.replace(/-0(?![.\d])/g, '0').replace(/\s+/g, '') === here.json.replace(/\s+/g, ''),
  },
  {
    name: 'place of a conflict',
    open: true,
    reason: 'OPA points to the key of an object comprehension, here to its value; of conflicting rules, OPA names the one its index reaches last',
    matches: (opa, here) => {
      const [theirs, ours] = [only(opa), only(here)]
      return theirs?.code === 'eval_conflict_error' && ours?.code === theirs.code && ours.message === theirs.message
    },
  },
  {
    name: 'result types of object functions',
    open: true,
    reason: 'these functions give any value by their declaration in OPA, and an object here, so that comparing them with something else is a match error',
    matches: (_opa, here, { source }) =>
      here.kind === 'errors' &&
      here.stage === 'compile' &&
      here.errors.some(({ message }) => /match error|invalid argument/.test(message)) &&
      /\b(?:object\.(?:union|union_n|remove|filter)|json\.(?:remove|filter))\(/.test(source),
  },
  {
    name: 'callers of a function with an error',
    open: true,
    reason: 'OPA also says that the function is undefined where it is called',
    matches: (opa, here) =>
      opa.kind === 'errors' &&
      here.kind === 'errors' &&
      opa.errors.filter(({ message }) => !message.startsWith('undefined function data.')).length === here.errors.length &&
      here.errors.every((error) => opa.errors.some(({ row, col, message }) => row === error.row && col === error.col && message === error.message)),
  },
  {
    name: 'numbers in paths of json.filter and json.remove',
    open: true,
    reason: 'a number in a path is no index of an array in OPA, only its text is',
    matches: (opa, here, { source }) => opa.kind === 'value' && here.kind === 'value' && /json\.(?:remove|filter)\([^\n]*\["a", "b", 0\]/.test(source),
  },
  {
    name: 'incomplete patches',
    open: true,
    reason: 'json.patch with a patch that lacks an attribute is undefined in OPA, and an error here',
    matches: (_opa, here) => only(here)?.message.startsWith('json.patch: operand 2 missing') === true,
  },
]

function only(verdict: Verdict): ReportedError | undefined {
  return verdict.kind === 'errors' && verdict.errors.length === 1 ? verdict.errors[0] : undefined
}
