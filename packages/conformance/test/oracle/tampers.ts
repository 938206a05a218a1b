import { encodeEnvelope, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import type { Brought } from './brought.ts'
import { changed, leavesOf, resigned, resignedJson, signPolicy } from './chain.ts'
import type { Chain, PolicyDocument, StatementJson } from './chain.ts'

/** What is brought instead of the right things. */
export type Tamper = (chain: Chain) => Promise<Partial<Brought>> | Partial<Brought>

/** Something wrong, and the code of our first cause; Go refuses without saying which. */
export type Tampers = Readonly<Record<string, readonly [code: string, tamper: Tamper]>>

const otherDigest = 'a'.repeat(64)

/** What was signed is not what is brought. */
export const envelopeTampers: Tampers = {
  'one byte of the payload': ['ERR_EVIDENCE_SIGNATURE', compileAs((compile) => ({ ...compile, payload: flipped(compile.payload, compile.payload.length - 400) }))],
  'one byte of the signature': ['ERR_EVIDENCE_SIGNATURE', compileAs((compile) => withSignatures(compile, (sig) => flipped(sig, sig.length - 1)))],
  'the signature cut short': ['ERR_EVIDENCE_SIGNATURE', compileAs((compile) => withSignatures(compile, (sig) => sig.subarray(0, -1)))],
  'the payload type': ['ERR_EVIDENCE_PAYLOAD_TYPE', compileAs((compile) => ({ ...compile, payloadType: 'application/vnd.in-toto+jsom' }))],
  'the signature of another envelope': ['ERR_EVIDENCE_SIGNATURE', compileAs((compile, { fetch }) => ({ ...compile, signatures: fetch.signatures }))],
  'the payload of another envelope': ['ERR_NO_COLLECTION', compileAs((compile, { fetch }) => ({ ...fetch, signatures: compile.signatures }))],
  'no signature': ['ERR_EVIDENCE_SIGNATURE', compileAs((compile) => ({ ...compile, signatures: [] }))],
  'a digest in a leaf': ['ERR_EVIDENCE_SIGNATURE', compileAs((compile) => edited(compile, (json) => json.replace('"path":"log","fileDigest":"f', '"path":"log","fileDigest":"0')))],
  'no payload': ['ERR_MALFORMED', compileAs((compile) => ({ ...compile, payload: new Uint8Array() }))],
  'a payload that is no base64': ['ERR_MALFORMED', compileAs((compile) => text(compile, (json) => json.replace('"payload":"', '"payload":"*')))],
  'an envelope that ends too early': ['ERR_MALFORMED', compileAs((compile) => encodeEnvelope(compile).subarray(0, -10))],
}

/** Signed, but saying something else, or by somebody else. */
export const evidenceTampers: Tampers = {
  'a payload that is no statement': ['ERR_STATEMENT_TYPE', compileAs((compile, { builder }) => resigned(compile, builder.signer, () => '{}'))],
  'the name of another step': ['ERR_NO_COLLECTION', statementWith(({ predicate }) => void (predicate.name = 'other'))],
  'the name in other letters': ['ERR_NO_COLLECTION', statementWith(({ predicate }) => void (predicate.name = 'Compile'))],
  'no attestation of the command': ['ERR_ATTESTATION_MISSING', statementWith(({ predicate }) => void predicate.attestations.splice(1, 1))],
  'another version of an attestation': ['ERR_ATTESTATION_MISSING', statementWith(({ predicate }) => predicate.attestations.forEach((each) => (each.type = each.type.replace('run/v0.2', 'run/v0.0'))))],
  'another predicate type': ['ERR_NO_COLLECTION', statementWith((statement) => void (statement.predicateType = 'https://example.test/collection'))],
  'a leaf that the root does not have': ['ERR_EVIDENCE_INVALID', statementWith(({ predicate }) => leavesOf(predicate.attestations[0]).forEach((leaf) => (leaf.fileDigest = otherDigest)))],
  'no leaf of what it used': ['ERR_ARTIFACTS_MISMATCH', statementWith(({ predicate }) => void delete predicate.attestations[0]?.attestation['leaves'])],
  'what it used by another name': ['ERR_ARTIFACTS_MISMATCH', statementWith(({ predicate }) => leavesOf(predicate.attestations[0]).forEach((leaf) => (leaf.path = 'sauce')))],
  'subjects of something else': ['ERR_SUBJECT_MISMATCH', statementWith((statement) => void (statement.subject = [{ name: 'x', digest: { sha256: otherDigest } }]))],
  'no subject': ['ERR_SUBJECT_MISMATCH', statementWith((statement) => void (statement.subject = []))],
  'evidence of a functionary of no step': ['ERR_FUNCTIONARY_MISMATCH', compileAs(async (compile, { other }) => signedBy(compile, other))],
  'evidence of nobody in the policy': ['ERR_EVIDENCE_SIGNATURE', compileAs(async (compile, { release }) => signedBy(compile, release))],
  'evidence of nobody under the id of the builder': ['ERR_EVIDENCE_SIGNATURE', compileAs(async (compile, { release, builder }) => renamed(await signedBy(compile, release), builder.signer.keyid))],
  'no evidence of a step': ['ERR_NO_COLLECTION', ({ compile }) => ({ evidence: { compile } })],
  'another artifact': ['ERR_SUBJECT_MISMATCH', () => ({ subject: ['-s', `sha256:${otherDigest}`] })],
}

/** Whoever signed the policy is not who is believed, or did not sign this. */
export const policyEnvelopeTampers: Tampers = {
  'a policy by another key': ['ERR_POLICY_SIGNATURE', async ({ policy, builder }) => ({ policy: await signPolicy(policy, builder.signer) })],
  'one byte of the policy': ['ERR_POLICY_SIGNATURE', policyAs((policy) => ({ ...policy, payload: flipped(policy.payload, 14) }))],
  'one byte of the policy’s signature': ['ERR_POLICY_SIGNATURE', policyAs((policy) => withSignatures(policy, (sig) => flipped(sig, 3)))],
  'a policy under the other of its payload types': ['ERR_POLICY_SIGNATURE', policyAs((policy) => ({ ...policy, payloadType: 'https://witness.testifysec.com/policy/v0.1' }))],
  'a policy that is not signed': ['ERR_POLICY_SIGNATURE', policyAs((policy) => ({ ...policy, signatures: [] }))],
  'the key of somebody else to believe the policy by': ['ERR_POLICY_SIGNATURE', ({ builder }) => ({ policyKeyPem: builder.publicKeyPem })],
}

/** What the policy itself says, signed by the one who may. */
export const policyTampers: Tampers = {
  'a policy that has expired': ['ERR_POLICY_EXPIRED', policyWith((policy) => void (policy.expires = new Date(Date.now() - 1000).toISOString()))],
  'a policy that never held': ['ERR_POLICY_DOCUMENT', policyWith((policy) => void delete (policy as Partial<PolicyDocument>).expires)],
  'a policy without steps': ['ERR_POLICY_EMPTY', policyWith((policy) => void (policy.steps = {}))],
  'a step that allows nobody': ['ERR_FUNCTIONARY_MISMATCH', compileStepWith((step) => void (step.functionaries = []))],
  'a step that allows somebody else': ['ERR_FUNCTIONARY_MISMATCH', compileStepWith((step, { other }) => void (step.functionaries = [{ type: 'publickey', publickeyid: other.signer.keyid }]))],
  'a step that asks for no attestation': ['ERR_ATTESTATION_MISSING', compileStepWith((step) => void (step.attestations = []))],
  'a step that asks for one attestation more': ['ERR_ATTESTATION_MISSING', compileStepWith((step) => void step.attestations.push({ type: 'https://aflock.ai/attestations/git/v0.1' }))],
  'a step with two names': ['ERR_POLICY_DOCUMENT', compileStepWith((step) => void (step.name = 'build'))],
  'a step that takes what no step leaves': ['ERR_POLICY_DOCUMENT', compileStepWith((step) => void (step.artifactsFrom = ['nothing']))],
  'one step more': ['ERR_NO_COLLECTION', policyWith(({ steps }) => void (steps['sign'] = { ...compileIn(steps), name: 'sign' }))],
  'a key under the id of another': ['ERR_POLICY_KEY', policyWith(({ publickeys }, { builder: { signer }, other }) => void (publickeys[signer.keyid] = { keyid: signer.keyid, key: btoa(other.publicKeyPem) }))],
  'a key that is none': ['ERR_POLICY_KEY', policyWith(({ publickeys }, { builder: { signer } }) => void (publickeys[signer.keyid] = { keyid: signer.keyid, key: btoa('a key') }))],
}

/** What may change without changing who says what: both pass. */
export const harmless: Readonly<Record<string, Tamper>> = {
  'nothing': () => ({}),
  'the key id of a signature, which is a hint': compileAs((compile, { other }) => renamed(compile, other.signer.keyid)),
  'a copy of an envelope': ({ fetch, compile }) => ({ evidence: { fetch, compile, copy: compile } }),
  'another order of the files': ({ fetch, compile }) => ({ evidence: { compile, fetch } }),
  'a second signature by somebody unknown': compileAs(async (compile, { release }) => ({ ...compile, signatures: [...(await signedBy(compile, release)).signatures, ...compile.signatures] })),
  'bad evidence beside the good': async ({ fetch, compile, other }) => ({ evidence: { bad: await signedBy(compile, other), fetch, compile } }),
  'indentation of the envelope': compileAs((compile) => text(compile, (json) => JSON.stringify(JSON.parse(json), null, 2))),
  'another order of the keys of the envelope': compileAs((compile) => text(compile, (json) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).toReversed())))),
}

/** The evidence of the second step changed. */
export function compileAs(change: (compile: Envelope, chain: Chain) => Promise<Envelope | Uint8Array> | Envelope | Uint8Array): Tamper {
  return async (chain) => ({ evidence: { fetch: chain.fetch, compile: await change(chain.compile, chain) } })
}

/** The same for its statement, which its signer signs again. */
export function statementWith(change: (statement: StatementJson) => void): Tamper {
  return compileAs(async (compile, { builder }) => resignedJson(compile, builder.signer, change))
}

/** The policy's envelope changed. */
function policyAs(change: (policy: Envelope) => Envelope): Tamper {
  return async ({ policy, release }) => ({ policy: change(await signPolicy(policy, release.signer)) })
}

/** The policy changed, and signed by the one who may. */
export function policyWith(change: (policy: PolicyDocument, chain: Chain) => void): Tamper {
  return async (chain) => {
    const policy = structuredClone(chain.policy)
    change(policy, chain)
    return { policy: await signPolicy(policy, chain.release.signer) }
  }
}

function compileStepWith(change: (step: PolicyDocument['steps'][string], chain: Chain) => void): Tamper {
  return policyWith(({ steps }, chain) => change(compileIn(steps), chain))
}

function compileIn({ compile }: PolicyDocument['steps']): PolicyDocument['steps'][string] {
  if (compile === undefined) throw new TypeError('no step compile')
  return compile
}

async function signedBy({ payload, payloadType }: Envelope, { signer }: Chain['other']): Promise<Envelope> {
  return signEnvelope({ payload, payloadType, signers: [signer] })
}

function withSignatures(envelope: Envelope, change: (sig: Uint8Array) => Uint8Array): Envelope {
  return { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, sig: change(each.sig) })) }
}

function renamed(envelope: Envelope, keyid: string): Envelope {
  return { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, keyid })) }
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
}

/** The text of the payload changed, and the signatures as they were. */
export function edited(envelope: Envelope, change: (text: string) => string): Envelope {
  return { ...envelope, payload: new TextEncoder().encode(changed(new TextDecoder().decode(envelope.payload), change)) }
}

/** The envelope's own text changed. */
export function text(envelope: Envelope, change: (json: string) => string): Uint8Array {
  return new TextEncoder().encode(changed(new TextDecoder().decode(encodeEnvelope(envelope)), change))
}
