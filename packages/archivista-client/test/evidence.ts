import { encodeEnvelope, encodeUtf8 } from '@cilock/core'
import type { Envelope } from '@cilock/core'

export interface EvidenceOptions {
  readonly subject: string
  readonly predicateType?: string
  readonly predicate?: unknown
  readonly digests?: Readonly<Record<string, string>>
}

/** An envelope that is about a digest. What signed it is looked at by no store. */
export function envelopeAbout({ subject, digests, predicateType = 'https://example.com/predicate/v1', predicate = {} }: EvidenceOptions): Envelope {
  const statement = { _type: 'https://in-toto.io/Statement/v0.1', subject: [{ name: subject, digest: digests ?? { sha256: digestOf(subject) } }], predicateType, predicate }
  return { payload: encodeUtf8(JSON.stringify(statement)), payloadType: 'application/vnd.in-toto+json', signatures: [{ keyid: 'k', sig: encodeUtf8('signature') }] }
}

export function bytesAbout(subject: string): Uint8Array {
  return encodeEnvelope(envelopeAbout({ subject }))
}

/** 64 digits that are the same for the same letter. */
export function digestOf(name: string): string {
  return [...encodeUtf8(name)].map((byte) => byte.toString(16).padStart(2, '0')).join('').padEnd(64, '0').slice(0, 64)
}
