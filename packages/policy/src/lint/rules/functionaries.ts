import { stringifyJson } from '@cilock/core'
import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import type { FunctionaryMembers } from '../../document/members.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding } from '../finding.ts'
import type { LintContext, LintRule } from '../context.ts'
import { nearest } from '../edit-distance.ts'
import { constrains } from '../../trust/cert-constraint.ts'
import { functionariesOf } from '../requirements.ts'
import type { PlacedFunctionary } from '../requirements.ts'

/** Whether functionaries name somebody who is there. */
export const functionariesRule: LintRule = (context) => [
  ...functionariesOf(context.policy).flatMap((placed) => [...keyOf(placed, context), ...rootsOf(placed, context)]),
  ...sortedEntries(context.policy.steps).flatMap(([name, { functionaries = [] }]) => repeated(functionaries, below(below('/steps', name), 'functionaries'))),
]

function keyOf({ functionary: { type, publickeyid = '', certConstraint }, pointer }: PlacedFunctionary, { keys }: LintContext): readonly LintFinding[] {
  if (type === 'root') return []
  if (publickeyid === '') {
    return type === 'publickey' ? [lintFinding('functionary-key-missing', pointer, 'a functionary of type "publickey" names no key', 'add publickeyid')] : []
  }
  const at = below(pointer, 'publickeyid')
  const meant = nearest(publickeyid, [...keys.keys()]) ?? [...keys.keys()].find((id) => publickeyid.length >= 8 && id.startsWith(publickeyid))
  return [
    ...(keys.has(publickeyid)
      ? []
      : [
          lintFinding(
            'functionary-key-unknown',
            at,
            `the policy has no key with the id ${JSON.stringify(publickeyid)}`,
            meant === undefined ? 'add the key to publickeys' : `it has ${JSON.stringify(meant)}`,
            meant === undefined ? {} : { edits: [{ op: 'replace', path: at, value: meant }] },
          ),
        ]),
    ...(constrains(certConstraint)
      ? [
          lintFinding(
            'constraint-on-key',
            below(pointer, 'certConstraint'),
            'a certificate constraint beside a key id: who signs with the raw key has no certificate that could meet it',
            'remove the constraint, or name roots and no key',
            { edits: [{ op: 'remove', path: below(pointer, 'certConstraint') }] },
          ),
        ]
      : []),
  ]
}

function rootsOf({ functionary: { certConstraint }, pointer }: PlacedFunctionary, { policy }: LintContext): readonly LintFinding[] {
  const at = below(below(pointer, 'certConstraint'), 'roots')
  return (certConstraint?.roots ?? []).flatMap((root, index) => {
    if (root === '*' || policy.roots?.has(root) === true) return []
    const meant = nearest(root, [...(policy.roots?.keys() ?? [])])
    return [
      lintFinding(
        'functionary-root-unknown',
        below(at, index),
        `the policy has no root called ${JSON.stringify(root)}`,
        meant === undefined ? 'add it to roots' : `it has ${JSON.stringify(meant)}`,
        meant === undefined ? {} : { edits: [{ op: 'replace', path: below(at, index), value: meant }] },
      ),
    ]
  })
}

function repeated(functionaries: readonly FunctionaryMembers[], pointer: string): readonly LintFinding[] {
  const seen = new Set<string>()
  return functionaries.flatMap((functionary, index) => {
    const key = stringifyJson(functionary)
    const isKnown = seen.has(key)
    seen.add(key)
    const at = below(pointer, index)
    return isKnown ? [lintFinding('functionary-repeated', at, 'the functionary stands there twice; one signature is enough all the same', 'remove it', { edits: [{ op: 'remove', path: at }] })] : []
  })
}
