import type { Envelope, Verifier } from '@cilock/core'
import { bundleEnvelope } from '../bundle/bundle-envelope.ts'
import { parseBundle } from '../bundle/parse-bundle.ts'
import { CosignError } from '../error.ts'
import { layerEnvelope } from '../legacy/layer-envelope.ts'
import { layerSignature } from '../legacy/layer-signature.ts'
import { envelopeMediaType, signaturePredicateType } from '../media-type.ts'
import type { VerifiedAttestation } from '../options.ts'
import { verifiersFor } from './bundle-signature.ts'
import type { ReadEntry } from './evaluate.ts'
import { verifySignedEnvelope } from './signature.ts'
import { readStatement } from './statement.ts'
import { subjectOf } from './subject.ts'
import type { Artifact } from './subject.ts'

/** What an attestation is held against. */
export interface AttestationRules {
  readonly artifact: Artifact
  readonly verifiers: readonly Verifier[]
  readonly predicateType: string | undefined
}

/** Accepts an attestation about the image, or throws the reason why not. */
export async function judgeAttestation(entry: ReadEntry, { artifact, verifiers, predicateType }: AttestationRules): Promise<VerifiedAttestation> {
  const { where, envelope: found, vouching } = envelopeOf(entry, verifiers)
  const envelope = await verifySignedEnvelope(found, vouching)
  const { statement, subjects } = readStatement(envelope.payload, where)
  entry.note(statement.predicateType)
  subjectOf(subjects, artifact)
  checkType(statement.predicateType, predicateType)
  return { place: entry.place, envelope, statement, signers: envelope.signers }
}

interface FoundEnvelope {
  readonly where: 'bundle' | 'envelope'
  readonly envelope: Envelope
  readonly vouching: readonly Verifier[]
}

function envelopeOf({ place, bytes, mediaType, annotations }: ReadEntry, verifiers: readonly Verifier[]): FoundEnvelope {
  if (place.form === 'bundle') {
    const bundle = parseBundle(bytes)
    if (bundle.version !== '0.3') throw new CosignError('ERR_BUNDLE_VERSION', `expected a bundle of version 0.3, as registries hold them, found ${bundle.version}`)
    const envelope = bundleEnvelope(bundle)
    if (envelope === undefined) throw new CosignError('ERR_PAYLOAD_TYPE', 'expected a bundle with an in-toto statement, found one with the signature of a message')
    return { where: 'bundle', envelope, vouching: verifiersFor(bundle, verifiers) }
  }
  if (mediaType !== envelopeMediaType) throw new CosignError('ERR_ENTRY_MALFORMED', `expected a layer of type ${envelopeMediaType}, found ${JSON.stringify(mediaType.slice(0, 120))}`)
  if (layerSignature(annotations) === undefined) throw new CosignError('ERR_ENTRY_MALFORMED', 'expected the annotation of a signature beside the layer, if an empty one, found none')
  return { where: 'envelope', envelope: layerEnvelope(bytes, annotations), vouching: verifiers }
}

function checkType(found: string, wanted: string | undefined): void {
  if (wanted === undefined ? found !== signaturePredicateType : found === wanted) return
  const expected = wanted === undefined ? 'an attestation' : `an attestation of type ${JSON.stringify(wanted)}`
  throw new CosignError('ERR_PREDICATE_TYPE', `expected ${expected}, found ${wanted === undefined ? 'a signature' : 'one'} of type ${JSON.stringify(found.slice(0, 200))}`)
}
