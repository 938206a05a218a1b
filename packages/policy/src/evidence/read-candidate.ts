import { CilockError, collectionOf, collectionType, readAttestation, witnessCollectionType } from '@cilock/core'
import type { PredicateType, ReadAttestation, ReadCollection, Statement } from '@cilock/core'
import { failed, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import { artifactsOf } from './artifacts.ts'
import type { Candidate, CandidateContent } from './candidate.ts'
import type { EnvelopeGroup } from './envelopes.ts'
import { linksOf } from './links.ts'
import { readSigned } from './read-signed.ts'
import type { ReadOptions } from './read-signed.ts'
import { knownAlgorithms, unknownAlgorithms } from './unknown-algorithms.ts'

const predicateType: CheckSubject = {
  code: 'evidence-predicate-type',
  place: inStatement('/predicateType'),
  expected: [collectionType, witnessCollectionType],
}
const collection: CheckSubject = { code: 'evidence-collection', place: inStatement('/predicate'), expected: 'a collection whose attestations are what their types say' }
const conflict: CheckSubject = { code: 'artifact-conflict', place: inStatement('/predicate/attestations'), expected: 'one digest for each path' }

/** Verifies what was found and reads it as a collection. */
export async function readCandidate(group: EnvelopeGroup, options: ReadOptions): Promise<Candidate> {
  const { id, digest, references } = group
  const signed = await readSigned(group, options)
  const about = { id, digest, payloadType: group.payloadType, references: [...references].sort(), signers: signed.signers, identities: signed.identities }
  const checks = [...signed.checks]
  const unread = [predicateType, collection, conflict]
  const stop = (at: number, reason: string): Candidate => ({ ...about, checks: [...checks, ...unread.slice(at).map((subject) => notEvaluated(subject, reason))] })
  if (signed.statement === undefined) return stop(0, signed.reason)
  const found = signed.statement.predicateType
  if (found !== collectionType && found !== witnessCollectionType) {
    checks.push(failed(predicateType, `expected a collection (${collectionType}), found ${JSON.stringify(found)}`, found))
    return stop(1, 'the statement holds no collection')
  }
  checks.push(passed(predicateType, 'the statement holds a collection', found))

  const { faults, content } = readContent(signed.statement, options.types)
  checks.push(...faults)
  if (content === undefined) return stop(2, 'the collection could not be read')
  checks.push(checkConflicts(content))
  return { ...about, checks, content }
}

function readContent(read: Statement, types: readonly PredicateType[]): { readonly faults: readonly Check[]; readonly content?: CandidateContent } {
  let raw: ReadCollection
  try {
    raw = collectionOf(read)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { faults: [failed(collection, `the predicate is no collection: ${error.message}`, error.code)] }
  }
  const faults: Check[] = []
  const attestations = raw.attestations.map((entry, index): ReadAttestation => {
    try {
      return readAttestation(entry, types)
    } catch (error) {
      if (!CilockError.is(error)) throw error
      const place = inStatement(`/predicate/attestations/${index}/attestation`)
      faults.push(failed({ ...collection, place }, `the attestation of type ${entry.type} cannot be trusted: ${error.message}`, error.code))
      return entry
    }
  })
  const whole = { ...raw, attestations }
  for (const { pointer, algorithm } of unknownAlgorithms(whole)) {
    const message = `expected digests by ${knownAlgorithms.join(', ')}, found one by ${JSON.stringify(algorithm)}`
    faults.push(failed({ ...collection, place: inStatement(pointer) }, message, algorithm))
  }
  if (faults.length > 0) return { faults }
  return {
    faults: [passed(collection, 'the attestations are what their types say', attestations.map(({ type }) => type))],
    content: { statement: read, collection: whole, links: linksOf(read, whole), artifacts: artifactsOf(whole) },
  }
}

function checkConflicts({ artifacts: { conflicts } }: CandidateContent): Check {
  if (conflicts.length === 0) return passed(conflict, 'no path has two digests', null)
  const paths = conflicts.map(({ path }) => JSON.stringify(path)).join(', ')
  return failed(conflict, `attestations of the collection disagree on ${paths}`, conflicts.map(({ path, digests }) => ({ path, digests })))
}
