import { sameType } from '@cilock/core'
import type { PolicyKey } from '../document/keys.ts'
import { below } from '../document/reader.ts'
import type { StepMembers } from '../document/members.ts'
import type { Candidate } from '../evidence/candidate.ts'
import { failed, inPolicy, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'

/** A step by its name. */
export interface NamedStep {
  readonly name: string
  readonly step: StepMembers
  readonly keys: readonly PolicyKey[]
}

/** What a step asks of a candidate, whatever else was found: its name, its signer, its attestations. */
export function gateChecks(candidate: Candidate, step: NamedStep): readonly Check[] {
  return [checkName(candidate, step), checkFunctionary(candidate, step), ...checkAttestations(candidate, step)]
}

const unread = 'what it says was not read'

function checkName({ content }: Candidate, { name }: NamedStep): Check {
  const subject: CheckSubject = { code: 'collection-name', place: inStatement('/predicate/name'), expected: name }
  if (content === undefined) return notEvaluated(subject, unread)
  const found = content.collection.name
  return found === name
    ? passed(subject, 'the collection has the name of the step', found)
    : failed(subject, `expected a collection named ${JSON.stringify(name)}, found ${JSON.stringify(found)}`, found)
}

function checkFunctionary({ signers }: Candidate, { name, step, keys }: NamedStep): Check {
  const functionaries = step.functionaries ?? []
  const allowed = functionaries.flatMap(({ publickeyid = '' }) => (publickeyid === '' ? [] : [publickeyid])).sort()
  const place = inPolicy(below(below('/steps', name), 'functionaries'))
  const subject: CheckSubject = { code: 'functionary', place, expected: allowed }
  if (signers.length === 0) return notEvaluated(subject, 'no signature verifies, so there is no signer')
  for (const [index, { publickeyid = '' }] of functionaries.entries()) {
    const key = keys.find(({ keyid, names }) => signers.includes(keyid) && names.includes(publickeyid))
    if (key !== undefined) {
      return passed({ ...subject, place: inPolicy(below(place.pointer, index)) }, `signed by the functionary ${short(publickeyid)}`, key.keyid)
    }
  }
  const wanted = allowed.length === 0 ? 'the step allows no key' : `the step allows ${allowed.map(short).join(', ')}`
  return failed(subject, `signed by ${signers.map(short).join(', ')}; ${wanted}`, signers)
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

/** What a message shows of a key id. */
export function short(keyid: string): string {
  return /^[0-9a-f]{64}$/.test(keyid) ? `${keyid.slice(0, 12)}…` : keyid
}
