import { dockerType } from '@cilock/attestor-docker/type'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeBase64, encodeJson, encodeUtf8, memorySource, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { cosignSigner, cosignVerifier, signImage } from '@cilock/cosign'
import { GateError, gateImage } from '@cilock/image'
import type { EvidenceStore, GateOptions, GateReport } from '@cilock/image'
import { policyPayloadType } from '@cilock/policy'
import type { AttestationDocument } from '@cilock/policy'
import type { Repository } from '@cilock/registry'
import { pushImage } from '@cilock/registry/testing'
import { policyOf, seededKey } from '@cilock/testing'
import { saved, shelf } from './world.ts'

export const [builder, release, keeper, stranger] = await Promise.all([seededKey('builder', 'ec-p256'), seededKey('release'), seededKey('keeper', 'ec-p256'), seededKey('stranger', 'ec-p256')])
export const cosign = await cosignSigner(keeper.privateKeyPem)
export const cosignVerifiers = [await cosignVerifier(keeper.publicKeyPem)]
export const now = new Date('2026-06-01T12:00:00Z')
export const tutorialRule = 'package oci\n\ndeny[msg] {\n  input.cosign_subject != input.image_digest\n  msg := sprintf("cosign signed %v, the pipeline built %v", [input.cosign_subject, input.image_digest])\n}\n'

export async function policyWith(attestations: readonly AttestationDocument[]): Promise<GateOptions['policy']> {
  const document = policyOf({ steps: { build: { by: [builder.verifier], attestations: [], document: { attestations } } }, expires: new Date('2026-07-01T00:00:00Z') })
  const policy = await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [release.signer] })
  return { policy, policyVerifiers: [release.verifier], types: [ociType, dockerType] }
}

export const oci = await policyWith([{ type: ociType.predicateType }])
export const withRule = await policyWith([{ type: ociType.predicateType, regopolicies: [{ name: 'same.rego', module: encodeBase64(encodeUtf8(tutorialRule)) }] }])

export interface Scene {
  readonly store: Repository
  readonly ask: (more?: Partial<GateOptions>) => GateOptions
}

export const files = (...envelopes: readonly Envelope[]): EvidenceStore => ({ name: 'files', source: memorySource(envelopes) })

export async function scene(evidence?: readonly Envelope[]): Promise<Scene & { readonly image: Awaited<ReturnType<typeof pushImage>> }> {
  const { store } = shelf()
  const image = await pushImage(store, 'v1')
  await signImage({ store, image: 'v1', signer: cosign })
  const stores = [files(...(evidence ?? [await saved('build', image, builder.signer)]))]
  return { store, image, ask: (more) => ({ store, image: 'v1', cosign: { verifiers: cosignVerifiers }, policy: withRule, stores, now, ...more }) }
}

/** What rules were told of attestations, each by itself. */
export const computedIn = (report: GateReport): readonly unknown[] =>
  report.images.flatMap((each) => each.report.steps.flatMap(({ candidates }) => candidates.flatMap(({ checks }) => checks.filter(({ code }) => code === 'rego').map(({ expected }) => (expected as { readonly input?: unknown }).input))))

export const reportOf = async (options: GateOptions) => {
  const error: unknown = await gateImage(options).catch((thrown: unknown) => thrown)
  if (!(error instanceof GateError)) throw error
  return error
}
