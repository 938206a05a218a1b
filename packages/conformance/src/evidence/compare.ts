import { CilockError, compareUtf8, parseEnvelope, parseStatement, stringifyJson, verifyEnvelope } from '@cilock/core'
import type { Envelope, JsonValue, Statement } from '@cilock/core'
import { difference } from './difference.ts'
import { hashOf, verifiersOf } from './known-keys.ts'
import { normalise } from './normalise.ts'
import type { Recording } from './recording.ts'
import type { Stage } from './stage.ts'

/** Where our envelope says something else than Go's: payload type, statement type, predicate type, the predicate, then subjects. */
export function compareEvidence(ours: Uint8Array, theirs: Uint8Array, place: Pick<Stage, 'recorded'>, { tool }: Pick<Recording, 'tool'>): string | undefined {
  const [left, right] = [parseEnvelope(ours), parseEnvelope(theirs)]
  if (left.payloadType !== right.payloadType) return `payload type ${left.payloadType}, Go has ${right.payloadType}`
  const [mine, go] = [statementIn(new TextEncoder().encode(place.recorded(new TextDecoder().decode(left.payload)))), statementIn(right.payload)]
  if (mine === undefined || go === undefined) return Buffer.compare(left.payload, right.payload) === 0 ? undefined : 'the payload differs'
  if (mine.type !== go.type) return `statement type ${mine.type}, Go has ${go.type}`
  if (mine.predicateType !== go.predicateType) return `predicate type ${mine.predicateType}, Go has ${go.predicateType}`
  return difference(normalise(mine.predicate), normalise(go.predicate), '/predicate') ?? difference(subjectsOf(mine, tool), subjectsOf(go, tool), '/subject')
}

/** Whether the same keys signed, with the same certificates, and whether every signature of ours verifies by them. */
export async function compareSignatures(ours: Uint8Array, theirs: Uint8Array, keys: string, recording: { readonly id: string }): Promise<string | undefined> {
  const [left, right] = [parseEnvelope(ours), parseEnvelope(theirs)]
  if (idsOf(left) !== idsOf(right)) return `signed by ${idsOf(left)}, Go by ${idsOf(right)}`
  const beside = difference(besideOf(left), besideOf(right), '/signatures')
  if (beside !== undefined) return beside
  if (left.signatures.length === 0) return undefined
  try {
    const verifiers = await verifiersOf(left, keys, hashOf(recording))
    await verifyEnvelope(left, verifiers, { threshold: verifiers.length, payloadTypes: [left.payloadType] })
    return undefined
  } catch (error) {
    if (CilockError.is(error)) return `${error.code} ${error.message}`
    throw error
  }
}

/** What stands beside the signatures: certificates by their text, timestamps by how many there are. */
function besideOf({ signatures }: Envelope): JsonValue {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  return signatures.map(({ certificate, intermediates = [], timestamps = [] }) => ({
    certificate: certificate === undefined ? null : text(certificate),
    intermediates: intermediates.map(text),
    timestamps: timestamps.map(({ type }) => type),
  }))
}

function idsOf({ signatures }: Envelope): string {
  return signatures.map(({ keyid }) => keyid).join(', ')
}

function statementIn(payload: Uint8Array): Statement | undefined {
  try {
    return parseStatement(payload)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

/** Their order is chance in witness. */
function subjectsOf({ subject }: Statement, tool: string): JsonValue {
  const subjects = subject.map(({ name, digest }) => ({ name, digest: { ...digest } }))
  return tool === 'witness' ? subjects.toSorted((a, b) => compareUtf8(stringifyJson(a), stringifyJson(b))) : subjects
}
