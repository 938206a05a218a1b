import type { JsonValue } from '@cilock/core'
import type { CallerInput, EvidenceOptions, PolicyVerifier, Report } from '@cilock/policy'
import type { ImageIdentity } from '@cilock/registry'
import { attestedIds, imageIdOf, imageIdsIn, ociTypes } from './attested-ids.ts'
import type { GatedImage, GateLink } from './report.ts'
import type { WatchedStores } from './watched-stores.ts'

/** What every image of an index is judged by. */
export interface ImageRules {
  readonly verifier: PolicyVerifier
  readonly stores: WatchedStores
  /** All digests that are known. */
  readonly identities: readonly ImageIdentity[]
  /** What was asked for. */
  readonly root: string
  /** Whether somebody vouches for it: only then is there a subject of cosign's. */
  readonly isSigned: boolean
  readonly rest: Pick<EvidenceOptions, 'now' | 'clockSkew' | 'input' | 'signal'>
}

/**
 * Holds one image against the policy, by each of its digests that evidence names until one passes: its configuration, its
 * manifest, or an index that leads to it. Layers are shared by images and bind nothing.
 */
export async function judgeImage(manifest: ImageIdentity, config: ImageIdentity, rules: ImageRules): Promise<GatedImage> {
  const image = { manifest: manifest.digest, imageId: config.digest, ...(manifest.platform !== undefined && { platform: manifest.platform }) }
  const indexes = rules.identities.filter(({ kind, digest }) => kind === 'index' && manifest.chain.some(({ from }) => from === digest))
  const identities = [config, manifest, ...indexes]
  const named = await rules.stores.load(identities.map(({ digest }) => digest), rules.rest.signal)
  const [first = config, ...others] = identities.filter(({ digest }) => named.includes(digest))
  const tried = [await ask(first, config.digest, rules)]
  for (const each of others) {
    if (tried.some(({ report }) => report.verdict === 'passed')) break
    tried.push(await ask(each, config.digest, rules))
  }
  const { report, attested, identity } = tried.find((each) => each.report.verdict === 'passed') ?? tried[0] ?? (await ask(config, config.digest, rules))
  const link = linkOf(report, identity, rules.root)
  return { ...image, verdict: report.verdict, ...(link !== undefined && { link }), attestedIds: attested, report }
}

interface Answer {
  readonly identity: ImageIdentity
  readonly report: Report
  readonly attested: readonly string[]
}

async function ask(identity: ImageIdentity, imageId: string, { verifier, stores, isSigned, rest }: ImageRules): Promise<Answer> {
  const input = isSigned ? withIds(rest.input, imageId) : (rest.input ?? {})
  const imageIds = new Map<string, readonly string[]>()
  const report = await verifier.evaluate({ ...rest, subjects: [identity.digest], source: stores, input, onStatement: (payload, statement) => imageIds.set(payload, imageIdsIn(statement)) })
  return { identity, report, attested: attestedIds(report, (payload) => imageIds.get(payload) ?? []) }
}

/** Rules on an oci attestation see what cosign's manifest leads to beside what that attestation speaks of. */
function withIds(given: CallerInput = {}, imageId: string): CallerInput {
  const added = { cosign_subject: imageId, image_digest: (attestation: JsonValue) => imageIdOf(attestation) ?? null }
  return { ...given, ...Object.fromEntries(ociTypes.map((type) => [type, { ...given[type], ...added }])) }
}

function linkOf(report: Report, identity: ImageIdentity, root: string): GateLink | undefined {
  const [binding] = report.verdict === 'passed' ? report.subjects.flatMap(({ boundBy }) => boundBy) : []
  return binding === undefined ? undefined : { signed: root, attested: identity.digest, kind: identity.kind, chain: identity.chain, binding }
}
