import { CilockError, encodeJson, isJsonObject, parseJson, signEnvelope } from '@cilock/core'
import type { Envelope, Signer } from '@cilock/core'
import type { TestingErrorCode } from '../error.ts'
import { envelopeKinds, tamperEnvelope } from './envelope.ts'
import { statementKinds, tamperStatement } from './statement.ts'

/**
 * What {@link tamper} does to the envelope around a payload:
 *
 * - `payload`: a space behind it. The same JSON in other bytes: whoever verifies a re-serialised copy passes it.
 * - `payloadType`: another one; the signature covers it.
 * - `signature`: the last bit of every signature flipped. ECDSA's stays well-formed DER.
 * - `keyid`: another one at every signature. It is a hint that decides nothing, so a verification **still passes**.
 * - `certificate`: one letter within every certificate.
 * - `timestamp`: the last bit of every timestamp.
 * - `unsigned`: no signatures at all.
 * - `repeated-signature`: the first one once more. It counts once, so a threshold of two is **still not met**.
 */
export type EnvelopeTampering = (typeof envelopeKinds)[number]

/**
 * What {@link tamper} and {@link forge} do to the statement in the payload:
 *
 * - `statementType`, `predicateType`: one that nobody knows.
 * - `subject`: every digest of the first subject that has one.
 * - `step`: the name of the collection, with `-tampered` behind it.
 * - `attestation`: the last one left out.
 * - `leaf`: the digest of the first file of a material or product tree; its root stays.
 * - `root`: the root of that tree; its leaves stay.
 * - `backref`: every digest of the first back-reference.
 */
export type StatementTampering = (typeof statementKinds)[number]

/** Everything that can be changed. */
export type Tampering = EnvelopeTampering | StatementTampering

/** Every kind of tampering, for tests that try them all. */
export const tamperings: readonly Tampering[] = [...envelopeKinds, ...statementKinds]

/**
 * A copy of an envelope with one thing changed by somebody who has no key: signatures stay as they are unless they are
 * what is changed. `forge` signs the change.
 *
 * @throws CilockError `ERR_NOTHING_TO_TAMPER` when the envelope has nothing of the kind, so that no test passes on an
 * envelope that was never changed; `ERR_MALFORMED` when the payload is no JSON.
 * @example
 * ```ts
 * await expect(verifyEnvelope(tamper(envelope, 'payload'), [verifier])).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
 * ```
 */
export function tamper(envelope: Envelope, what: Tampering): Envelope {
  if (isEnvelopeKind(what)) return tamperEnvelope[what](envelope) ?? nothing(what, 'the envelope has nothing of the kind')
  return { ...envelope, payload: changedPayload(envelope, what) }
}

/**
 * A copy of an envelope with its statement changed and then signed: what somebody says who has the key and lies. No
 * signature gives it away, so what refuses it has to be the policy or the evidence itself.
 *
 * @throws CilockError as {@link tamper}; `ERR_SIGNER_FAILED`
 */
export async function forge(envelope: Envelope, what: StatementTampering, signers: readonly Signer[]): Promise<Envelope> {
  return signEnvelope({ payload: changedPayload(envelope, what), payloadType: envelope.payloadType, signers })
}

function changedPayload({ payload }: Envelope, what: StatementTampering): Uint8Array {
  if (!statementKinds.includes(what)) throw new TypeError(`expected one of ${tamperings.join(', ')}, not ${what as string}`)
  const statement = parseJson(payload)
  if (!isJsonObject(statement)) return nothing(what, 'the payload is no JSON object')
  return encodeJson(tamperStatement[what](statement) ?? nothing(what, 'the statement has nothing of the kind'))
}

function nothing(what: Tampering, found: string): never {
  throw new CilockError<TestingErrorCode>('ERR_NOTHING_TO_TAMPER', `expected ${what} to tamper with: ${found}`)
}

function isEnvelopeKind(what: Tampering): what is EnvelopeTampering {
  return (envelopeKinds as readonly string[]).includes(what)
}
