import type { InputReference } from '@cilock/rego/analyze'
import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import type { StepMembers } from '../../document/members.ts'
import { lintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'
import { readModule } from '../read-module.ts'

/** Steps whose rules are given the evidence of others, and never look at it. */
export const contextRule: LintRule = ({ policy: { steps } }) =>
  sortedEntries(steps).flatMap(([name, step]) => {
    const { attestationsFrom = [], externalFrom = [] } = step
    if (attestationsFrom.length + externalFrom.length === 0) return []
    const read = readsOf(step)
    if (read === undefined) return []
    const unread = (key: 'attestationsFrom' | 'externalFrom', names: readonly string[], input: string) =>
      names.length === 0 || read.some(({ path: [first] }) => first === input || first === undefined)
        ? []
        : [
            lintFinding(
              'context-unread',
              below(below('/steps', name), key),
              `no rule of step ${JSON.stringify(name)} reads input.${input}, so what is named there decides nothing beyond being there`,
              `read input.${input} in a rule, or remove ${key} and write the rules for the bare predicate`,
            ),
          ]
    return [...unread('attestationsFrom', attestationsFrom, 'steps'), ...unread('externalFrom', externalFrom, 'external')]
  })

/** Undefined where a module cannot be read, which is a finding of its own. */
function readsOf({ attestations = [] }: StepMembers): readonly InputReference[] | undefined {
  const modules = attestations.flatMap(({ regopolicies = [] }) => regopolicies)
  const read = modules.map((module) => readModule(module)?.outline.inputs)
  return read.every((each) => each !== undefined) ? read.flatMap((each) => each ?? []) : undefined
}
