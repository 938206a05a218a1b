import type { Verifier } from '@cilock/core'
import type { Manifest } from '@cilock/registry'
import { parseBundle } from '../bundle/parse-bundle.ts'
import { CosignError } from '../error.ts'
import { documentType, parseDocument, textMembers } from '../legacy/document.ts'
import { layerMaterial, layerSignature } from '../legacy/layer-signature.ts'
import { documentMediaType, signaturePredicateType } from '../media-type.ts'
import type { VerifiedSignature } from '../options.ts'
import { checkAnnotations } from './annotations.ts'
import { bundleSignature, verifiersFor } from './bundle-signature.ts'
import type { ReadEntry } from './evaluate.ts'
import { signersOfMessage, verifySignedEnvelope } from './signature.ts'
import { readStatement } from './statement.ts'
import { subjectOf } from './subject.ts'
import type { Artifact } from './subject.ts'

/** What a signature is held against. */
export interface SignatureRules {
  readonly manifest: Manifest
  readonly artifact: Artifact
  readonly verifiers: readonly Verifier[]
  readonly annotations: Readonly<Record<string, string>>
  readonly allowAnyPredicateType: boolean
}

/** Accepts a signature of the image, or throws the reason why not. */
export async function judgeSignature(entry: ReadEntry, rules: SignatureRules): Promise<VerifiedSignature> {
  return entry.place.form === 'bundle' ? judgeBundle(entry, rules) : judgeDocument(entry, rules)
}

async function judgeBundle({ place, bytes, note }: ReadEntry, { artifact, verifiers, annotations, allowAnyPredicateType }: SignatureRules): Promise<VerifiedSignature> {
  const bundle = parseBundle(bytes)
  if (bundle.version !== '0.3') throw new CosignError('ERR_BUNDLE_VERSION', `expected a bundle of version 0.3, as registries hold them, found ${bundle.version}`)
  const { content } = bundle
  if (content.kind === 'message') throw new CosignError('ERR_PAYLOAD_TYPE', 'expected a bundle with an in-toto statement about the image, found one with the signature of a message')
  const signatures = content.envelope.signatures.map(({ sig }) => bundleSignature(bundle, sig))
  const { payload, signers } = await verifySignedEnvelope({ ...content.envelope, signatures }, verifiersFor(bundle, verifiers))
  const { statement, subjects } = readStatement(payload, 'bundle')
  note(statement.predicateType)
  const subject = subjectOf(subjects, artifact)
  if (!allowAnyPredicateType && statement.predicateType !== signaturePredicateType) {
    throw new CosignError('ERR_PREDICATE_TYPE', `expected a signature, a statement of type ${signaturePredicateType}, found an attestation of type ${JSON.stringify(statement.predicateType.slice(0, 200))}`)
  }
  checkAnnotations(annotations, subject.annotations)
  return { place, signers, annotations: textMembers(subject.annotations), payload }
}

async function judgeDocument({ place, bytes, mediaType, annotations: beside }: ReadEntry, { artifact, verifiers, annotations }: SignatureRules): Promise<VerifiedSignature> {
  if (mediaType !== documentMediaType) throw new CosignError('ERR_ENTRY_MALFORMED', `expected a layer of type ${documentMediaType}, found ${JSON.stringify(mediaType.slice(0, 120))}`)
  const sig = layerSignature(beside)
  if (sig === undefined || sig.length === 0) throw new CosignError('ERR_SIGNATURE_MISSING', 'expected a signature in the annotations of the layer, found none')
  const signers = await signersOfMessage(bytes, { keyid: '', sig, ...layerMaterial(beside) }, verifiers)
  const { digest, type, optional } = parseDocument(bytes)
  // cosign does not look: any document of this shape would do there, whatever it was signed for
  if (type !== documentType) throw new CosignError('ERR_DOCUMENT_TYPE', `expected a document of type "${documentType}", found ${JSON.stringify(type.slice(0, 120))}`)
  const expected = `${artifact.algorithm}:${artifact.hex}`
  if (digest !== expected) throw new CosignError('ERR_SUBJECT_MISMATCH', `expected a signature of ${expected}, found one of ${JSON.stringify(digest.slice(0, 160))}`)
  checkAnnotations(annotations, optional)
  return { place, signers, annotations: textMembers(optional), payload: bytes }
}
