import { CosignError, verifyImage } from '@cilock/cosign'
import { createVerifier, firstCause } from '@cilock/policy'
import { imageIdentities } from '@cilock/registry'
import type { ImageIdentity } from '@cilock/registry'
import { callOptions } from '../call.ts'
import { ImageError } from '../error.ts'
import { ociTypes } from './attested-ids.ts'
import { GateError } from './error.ts'
import { judgeImage } from './judge-image.ts'
import type { GateOptions } from './options.ts'
import type { Authenticity, GateCause, GatedImage, GateReport } from './report.ts'
import { WatchedStores } from './watched-stores.ts'

/**
 * Lets an image through that somebody vouches for (cosign's signature of its manifest) and whose evidence satisfies a policy, or
 * says why not. Both are about the same bytes: the report names the links from the digest that was signed to the one that the
 * evidence is about.
 *
 * Rules on the oci attestation see `input.cosign_subject`, the image id that the signed manifest leads to, and
 * `input.image_digest`, the id that the attestation itself speaks of, both as `sha256:<hex>`. Nobody else gives a rule these two:
 * elsewhere one that compares them denies nothing in Go, and is refused here (`ERR_POLICY_REGO`).
 *
 * @throws GateError with the code of the first cause and the whole report
 * @throws RegistryError where the image itself cannot be had; ImageError `ERR_ABORTED`; TypeError
 * @example
 * const { digest } = await gateImage({ store, image: 'v1', cosign: { verifiers: [await cosignVerifier(publicKeyPem)] }, policy: { policy, policyVerifiers, types }, stores, now: new Date() })
 */
export async function gateImage(options: GateOptions): Promise<GateReport> {
  const { report, thrown } = await judge(options)
  const [cause] = report.causes
  if (cause === undefined) return report
  throw new GateError(cause.code, cause.message, report, thrown === undefined ? {} : { cause: thrown })
}

/** The same without throwing where the image may not pass: look at `verdict`. */
export async function evaluateGate(options: GateOptions): Promise<GateReport> {
  return (await judge(options)).report
}

interface Judged {
  readonly report: GateReport
  /** What was thrown at the first cause. */
  readonly thrown: unknown
}

async function judge(options: GateOptions): Promise<Judged> {
  const { store, image, platform, policy, stores, input = {}, signal } = checked(options)
  const { digest } = await store.manifest(image, callOptions(signal))
  const identities = await imageIdentities(store, digest, { ...(platform !== undefined && { platform }), ...callOptions(signal) })
  const { authenticity, refusal } = await authenticityOf(options, digest)
  const watched = new WatchedStores(stores)
  const verifier = await createVerifier(policy)
  const rules = { verifier, stores: watched, identities, root: digest, isSigned: authenticity.verdict === 'passed', rest: { now: options.now, input, ...(options.clockSkew !== undefined && { clockSkew: options.clockSkew }), ...callOptions(signal) } }
  const images: GatedImage[] = []
  let incompleteness: ImageError | undefined
  try {
    for (const [manifest, config] of pairs(identities)) images.push(await judgeImage(manifest, config, rules))
  } catch (error) {
    if (!(error instanceof ImageError) || error.code !== 'ERR_EVIDENCE_INCOMPLETE') throw error
    incompleteness = error
  }
  const evidence = incompleteness === undefined ? images.flatMap((each) => causeOf(each, images.length > 1)) : [{ code: incompleteness.code, message: incompleteness.message }]
  const causes = [...(refusal === undefined ? [] : [{ code: refusal.code, message: refusal.message }]), ...evidence]
  const report: GateReport = { verdict: causes.length === 0 ? 'passed' : 'failed', image, digest, identities, authenticity, images: incompleteness === undefined ? images : [], failures: watched.failures, causes }
  return { report, thrown: refusal ?? incompleteness }
}

async function authenticityOf({ store, cosign, signal }: GateOptions, digest: string): Promise<{ readonly authenticity: Authenticity; readonly refusal?: CosignError }> {
  if (cosign === 'none') return { authenticity: { verdict: 'not-asked' } }
  try {
    const { report } = await verifyImage({ store, image: digest, ...cosign, ...callOptions(signal) })
    return { authenticity: { verdict: 'passed', report } }
  } catch (error) {
    if (!(error instanceof CosignError) || error.report === undefined) throw error
    return { authenticity: { verdict: 'failed', report: error.report }, refusal: error }
  }
}

/** Each manifest with its configuration. */
function pairs(identities: readonly ImageIdentity[]): readonly (readonly [ImageIdentity, ImageIdentity])[] {
  return identities
    .filter(({ kind }) => kind === 'manifest')
    .flatMap((manifest) => {
      const config = identities.find(({ kind, chain }) => kind === 'config' && chain.at(-1)?.from === manifest.digest)
      return config === undefined ? [] : [[manifest, config] as const]
    })
}

function causeOf({ report, verdict, platform, manifest }: GatedImage, isOneOfMany: boolean): readonly GateCause[] {
  if (verdict === 'passed') return []
  const cause = firstCause(report)
  const which = isOneOfMany ? `${platform === undefined ? manifest : `${platform.os}/${platform.architecture}`}: ` : ''
  return [{ code: cause?.code ?? 'ERR_NO_COLLECTION', message: `${which}${cause?.message ?? 'the policy is not satisfied'}` }]
}

function checked(options: GateOptions): GateOptions {
  const { stores, cosign, input = {} } = options
  if (stores.length === 0) throw new TypeError('stores has to be a list with at least one store')
  if (new Set(stores.map(({ name }) => name)).size !== stores.length) throw new TypeError('each store needs a name of its own')
  for (const type of ociTypes) {
    for (const key of ['image_digest', 'cosign_subject']) if (cosign !== 'none' && Object.hasOwn(input[type] ?? {}, key)) throw new TypeError(`input gives ${key} of ${type}, which the gate finds out itself`)
  }
  return options
}
