import { typeForms } from '@cilock/core'
import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import type { StepMembers } from '../../document/members.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'

const material = ['https://aflock.ai/attestations/material/v0.1', 'https://aflock.ai/attestations/material/v0.2', 'https://aflock.ai/attestations/material/v0.3']
const product = ['https://aflock.ai/attestations/product/v0.1', 'https://aflock.ai/attestations/product/v0.2', 'https://aflock.ai/attestations/product/v0.3']
/** They name nothing by a digest that evidence is searched by: CI/lock never matches SHA-1, which is what git has. */
const unlinked = ['environment/v0.1', 'command-run/v0.1', 'command-run/v0.2', 'git/v0.1'].map((name) => `https://aflock.ai/attestations/${name}`)

/** Whether a step's evidence can be found, and says what the steps around it need. */
export const linksRule: LintRule = ({ policy: { steps } }) =>
  sortedEntries(steps).flatMap(([name, step]) => [...(step.artifactsFrom ?? []).flatMap((upstream, index) => edge(name, step, upstream, index, steps?.get(upstream))), ...reachable(name, step)])

function edge(name: string, step: StepMembers, upstream: string, index: number, other: StepMembers | undefined): readonly LintFinding[] {
  const pointer = below(below(below('/steps', name), 'artifactsFrom'), index)
  return [
    ...(requires(step, material)
      ? []
      : [
          lintFinding(
            'artifacts-unrecorded',
            pointer,
            `step ${JSON.stringify(name)} takes artifacts from ${JSON.stringify(upstream)} and does not require the attestation that says which files it found`,
            `require ${material.at(-1) ?? ''} in step ${JSON.stringify(name)}`,
          ),
        ]),
    ...(other === undefined || requires(other, product) || requires(other, material)
      ? []
      : [
          lintFinding(
            'artifacts-unrecorded',
            pointer,
            `step ${JSON.stringify(upstream)} does not require the attestation that says which files it left`,
            `require ${product.at(-1) ?? ''} in step ${JSON.stringify(upstream)}`,
          ),
        ]),
  ]
}

function reachable(name: string, { attestations = [] }: StepMembers): readonly LintFinding[] {
  const types = attestations.flatMap(({ type }) => (type === undefined ? [] : [type]))
  if (types.length === 0 || !types.every((type) => unlinked.some((known) => typeForms(known).includes(type)))) return []
  return [
    lintFinding(
      'step-unlinked',
      below(below('/steps', name), 'attestations'),
      `none of the attestations required of step ${JSON.stringify(name)} names anything by a digest that evidence is found by, so an artifact may not lead to it`,
      `require ${product.at(-1) ?? ''} too, or another attestation whose subjects have a SHA-256`,
    ),
  ]
}

function requires({ attestations = [] }: StepMembers, types: readonly string[]): boolean {
  return attestations.some(({ type = '' }) => types.some((known) => typeForms(known).includes(type)))
}
