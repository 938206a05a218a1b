import { sameType } from '@cilock/core'
import { below } from '../document/reader.ts'
import { attestationPointer } from '../document/rego.ts'
import type { Candidate } from '../evidence/candidate.ts'
import { isWrapped } from '../rego/input-shape.ts'
import { failed, inPolicy, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import { checkSigners } from './functionary.ts'
import { regoChecks } from './rego-checks.ts'
import type { RegoContext } from './rego-checks.ts'
import type { NamedStep, Ruling } from './ruling.ts'

/**
 * What a step asks of a candidate, whatever else was found: its name, its signer, its attestations, and its rules unless
 * they look at other evidence too.
 */
export function gateChecks(candidate: Candidate, named: NamedStep, ruling: Ruling): readonly Check[] {
  const { name, step } = named
  return [
    checkName(candidate, named, ruling),
    ...checkSigners(candidate, step, ruling, { owner: 'the step', pointer: below('/steps', name) }),
    ...checkAttestations(candidate, named),
    ...(isWrapped(step) ? [] : ruleChecks(candidate, named, ruling)),
  ]
}

const unread = 'what it says was not read'

function checkName({ content }: Candidate, { name, step }: NamedStep, { rules }: Ruling): Check {
  const wanted = rules.stepNames ? name : (step.name ?? '')
  const subject: CheckSubject = { code: 'collection-name', place: inStatement('/predicate/name'), expected: wanted }
  if (content === undefined) return notEvaluated(subject, unread)
  const found = content.collection.name
  return found === wanted
    ? passed(subject, 'the collection has the name of the step', found)
    : failed(subject, `expected a collection named ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`, found)
}

function checkAttestations({ content }: Candidate, { name, step }: NamedStep): readonly Check[] {
  const pointer = below(below('/steps', name), 'attestations')
  const wanted = step.attestations ?? []
  if (wanted.length === 0) {
    return [failed({ code: 'attestation', place: inPolicy(pointer), expected: 'at least one attestation' }, 'the step asks for no attestation, so nothing can satisfy it', 0)]
  }
  return wanted.map(({ type = '' }, index) => {
    const subject: CheckSubject = { code: 'attestation', place: inPolicy(below(pointer, index)), expected: type }
    if (content === undefined) return notEvaluated(subject, unread)
    const found = content.collection.attestations.map((entry) => entry.type)
    const at = found.findIndex((other) => sameType(other, type))
    return at === -1
      ? failed(subject, `the collection has no attestation of type ${type}`, found)
      : passed({ ...subject, place: inStatement(`/predicate/attestations/${at}`) }, `the collection has an attestation of type ${type}`, found[at] ?? null)
  })
}

/** The rules of a step: every attestation of a type is judged, so that none hides behind another. */
export function ruleChecks({ content, digest }: Candidate, { name, step }: NamedStep, ruling: Ruling, context?: RegoContext): readonly Check[] {
  return (step.attestations ?? []).flatMap(({ type = '' }, index): readonly Check[] => {
    const modules = ruling.policy.rego.get(attestationPointer(name, index))
    if (modules === undefined) return []
    if (content === undefined) return modules.packages.map(({ rule, modules: names }) => notEvaluated({ code: 'rego', place: inStatement('/predicate/attestations'), expected: { rule, modules: names } }, unread))
    return content.collection.attestations.flatMap((entry, at) => {
      if (!sameType(entry.type, type)) return []
      const place = inStatement(`/predicate/attestations/${at}/attestation`)
      return regoChecks({ type: entry.type, predicate: entry.attestation, place, seed: digest }, type, modules, ruling, context)
    })
  })
}
