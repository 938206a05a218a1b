import { CilockError, collectionOf, collectionType, inTotoPayloadType, readAttestation, statementOf, verifyEnvelope, witnessCollectionType } from '@cilock/core'
import type { Envelope, PredicateType, ReadAttestation, ReadCollection, Statement, Verified } from '@cilock/core'
import type { PolicyKey } from '../document/keys.ts'
import type { VerifyLimits } from '../limits.ts'
import { failed, inEnvelope, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import { artifactsOf } from './artifacts.ts'
import type { Candidate, CandidateContent } from './candidate.ts'
import type { EnvelopeGroup } from './envelopes.ts'
import { linksOf } from './links.ts'
import { knownAlgorithms, unknownAlgorithms } from './unknown-algorithms.ts'

export interface ReadOptions {
  readonly keys: readonly PolicyKey[]
  readonly types: readonly PredicateType[]
  readonly limits: Required<VerifyLimits>
}

const payloadType: CheckSubject = { code: 'evidence-payload-type', place: inEnvelope('/payloadType'), expected: inTotoPayloadType }
const statement: CheckSubject = { code: 'evidence-statement', place: inStatement(''), expected: 'an in-toto statement' }
const predicateType: CheckSubject = {
  code: 'evidence-predicate-type',
  place: inStatement('/predicateType'),
  expected: [collectionType, witnessCollectionType],
}
const collection: CheckSubject = { code: 'evidence-collection', place: inStatement('/predicate'), expected: 'a collection whose attestations are what their types say' }
const conflict: CheckSubject = { code: 'artifact-conflict', place: inStatement('/predicate/attestations'), expected: 'one digest for each path' }

/** Verifies what was found and reads it. Content that nobody vouches for is not read. */
export async function readCandidate(group: EnvelopeGroup, options: ReadOptions): Promise<Candidate> {
  const { id, digest, references } = group
  const about = { id, digest, payloadType: group.payloadType, references: [...references].sort() }
  const signed = await checkSignatures(group, options)
  const checks = [checkPayloadType(group.payloadType), signed.check]
  const unread = [statement, predicateType, collection, conflict]
  const stop = (at: number, reason: string): Candidate => ({
    ...about,
    signers: signed.signers,
    checks: [...checks, ...unread.slice(at).map((subject) => notEvaluated(subject, reason))],
  })
  if (signed.envelope === undefined) return stop(0, 'what it says is not read, since nobody whom the policy names vouches for it')
  if (group.payloadType !== inTotoPayloadType) return stop(0, 'what was signed does not say that it is a statement')

  const read = readStatement(signed.envelope, options.limits)
  checks.push(read.check)
  if (read.statement === undefined) return stop(1, 'the statement could not be read')
  const found = read.statement.predicateType
  if (found !== collectionType && found !== witnessCollectionType) {
    checks.push(failed(predicateType, `expected a collection (${collectionType}), found ${JSON.stringify(found)}`, found))
    return stop(2, 'the statement holds no collection')
  }
  checks.push(passed(predicateType, 'the statement holds a collection', found))

  const { faults, content } = readContent(read.statement, options.types)
  checks.push(...faults)
  if (content === undefined) return stop(3, 'the collection could not be read')
  checks.push(checkConflicts(content))
  return { ...about, signers: signed.signers, checks, content }
}

interface Signed {
  readonly check: Check
  readonly signers: readonly string[]
  /** One of the envelopes that verify; the payload is the same in all. */
  readonly envelope?: Verified<Envelope>
}

async function checkSignatures({ envelopes, payloadType: type }: EnvelopeGroup, { keys, limits }: ReadOptions): Promise<Signed> {
  const signature: CheckSubject = { code: 'evidence-signature', place: inEnvelope('/signatures'), expected: keys.map(({ keyid }) => keyid).sort() }
  const signers = new Set<string>()
  const reasons = new Set<string>()
  const claimed = new Set<string>()
  let envelope: Verified<Envelope> | undefined
  for (const copy of envelopes.values()) {
    for (const { keyid } of copy.signatures.slice(0, limits.signatures)) claimed.add(keyid)
    try {
      // the type that was signed is a check of its own
      const options = { payloadTypes: [type], limits: { maxSignatures: limits.signatures } }
      const verified = await verifyEnvelope(copy, keys.map(({ verifier }) => verifier), options)
      for (const { keyid } of verified.signers) signers.add(keyid)
      envelope ??= verified
    } catch (error) {
      if (!CilockError.is(error)) throw error
      reasons.add(error.message)
    }
  }
  if (envelope === undefined) {
    const message = `no signature verifies by a key of the policy: ${[...reasons].sort().join('; ')}`
    // key ids are hints that anybody may write; they help to find a key that the policy does not have
    return { check: failed(signature, message, { claimedKeyids: [...claimed].sort() }), signers: [] }
  }
  const found = [...signers].sort()
  return { check: passed(signature, 'it is signed by a key of the policy', found), signers: found, envelope }
}

function checkPayloadType(found: string): Check {
  return found === inTotoPayloadType
    ? passed(payloadType, 'the payload type is that of in-toto statements', found)
    : failed(payloadType, `expected a payload of type ${inTotoPayloadType}, found ${JSON.stringify(found)}`, found)
}

function readStatement(envelope: Verified<Envelope>, limits: Required<VerifyLimits>): { readonly check: Check; readonly statement?: Statement } {
  try {
    const read = statementOf(envelope, { maxBytes: limits.statementBytes, maxDepth: limits.statementDepth })
    return { check: passed(statement, 'the payload is an in-toto statement', read.type), statement: read }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    const subject: CheckSubject = error.code === 'ERR_LIMIT_EXCEEDED' ? { ...statement, code: 'limit' } : statement
    return { check: failed(subject, `the payload is no statement that can be read: ${error.message}`, error.code) }
  }
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
