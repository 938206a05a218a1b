import { matchableDigests, parseStatement } from '@cilock/core'
import type { CallerInput, EvidenceOptions, PolicyVerifier, Report } from '@cilock/policy'
import type { ImageIdentity } from '@cilock/registry'
import { attestedIds, judgedIds, ociTypes } from './attested-ids.ts'
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
  const [first = config, ...others] = await named([config, manifest, ...indexes], rules)
  const tried = [await ask(first, config.digest, rules)]
  for (const each of others) {
    if (tried.some(({ report }) => report.verdict === 'passed')) break
    tried.push(await ask(each, config.digest, rules))
  }
  const { report, attested, identity } = tried.find((each) => each.report.verdict === 'passed') ?? tried[0] ?? (await ask(config, config.digest, rules))
  const link = linkOf(report, identity, rules.root)
  return { ...image, verdict: report.verdict, ...(link !== undefined && { link }), attestedIds: attested, report }
}

/** Those that any envelope names. */
async function named(identities: readonly ImageIdentity[], { stores, rest }: ImageRules): Promise<readonly ImageIdentity[]> {
  const digests = identities.map(({ digest }) => digest)
  const found = await stores.search({ digests }, rest.signal === undefined ? {} : { signal: rest.signal })
  const subjects = new Set(found.flatMap(({ envelope }) => subjectsOf(envelope.payload)))
  return identities.filter(({ digest }) => subjects.has(digest))
}

function subjectsOf(payload: Uint8Array): readonly string[] {
  return parseStatement(payload).subject.flatMap(({ digest }) => matchableDigests(digest))
}

interface Answer {
  readonly identity: ImageIdentity
  readonly report: Report
  readonly attested: readonly string[]
}

/**
 * Rules see what cosign's manifest leads to beside what was attested. Which evidence is accepted is known only afterwards:
 * where an attestation that they were asked about speaks of another image, or of none, they are asked again with that.
 */
async function ask(identity: ImageIdentity, imageId: string, { verifier, stores, isSigned, rest }: ImageRules): Promise<Answer> {
  const evaluate = async (attestedId: string | null): Promise<Report> => {
    const added = isSigned ? { image_digest: attestedId, cosign_subject: imageId } : undefined
    return verifier.evaluate({ ...rest, subjects: [identity.digest], source: stores, input: withInput(rest.input, added) })
  }
  const payloadOf = (digest: string): Uint8Array | undefined => stores.payload(digest)
  const first = await evaluate(imageId)
  const attested = attestedIds(first, payloadOf)
  const others = isSigned ? new Set(judgedIds(first, payloadOf).filter((each) => each !== imageId)) : []
  let report = first
  for (const each of others) if (report.verdict === 'passed') report = await evaluate(each)
  return { identity, report, attested }
}

function withInput(given: CallerInput = {}, added: Readonly<Record<string, string | null>> | undefined): CallerInput {
  if (added === undefined) return given
  return { ...given, ...Object.fromEntries(ociTypes.map((type) => [type, { ...given[type], ...added }])) }
}

function linkOf(report: Report, identity: ImageIdentity, root: string): GateLink | undefined {
  const [binding] = report.verdict === 'passed' ? report.subjects.flatMap(({ boundBy }) => boundBy) : []
  return binding === undefined ? undefined : { signed: root, attested: identity.digest, kind: identity.kind, chain: identity.chain, binding }
}
