import type { SourceResult } from '@cilock/core'
import { imageIdentities } from '@cilock/registry'
import type { ImageStore, Platform } from '@cilock/registry'
import { describeError, unlessAborted } from '../call.ts'
import { ImageError } from '../error.ts'
import { positive } from '../limits.ts'
import type { EvidenceStore } from '../store.ts'
import type { FetchedEvidence, StoreFailure } from './found.ts'
import { Gathering } from './gather.ts'

/** Bounds on what is fetched. More is `ERR_LIMIT_EXCEEDED`, never a part. */
export interface FetchLimits {
  /** Envelopes of all stores. Default: 10,000. */
  readonly envelopes?: number
  /** Bytes of all envelopes. Default: 512 MiB. */
  readonly bytes?: number
}

/** Evidence about which image, and from where. */
export interface FetchEvidenceOptions {
  /** Where the image is: a repository of `registryClient()`, or a layout. */
  readonly store: ImageStore
  /** Its tag or digest. A tag is asked for once. */
  readonly image: string
  /** Where evidence is looked for, all at the same time; at least one. */
  readonly stores: readonly EvidenceStore[]
  /** Only images for it. Default: all that the index lists. */
  readonly platform?: Partial<Platform>
  /**
   * Hops from envelope to envelope by shared subjects. 1 is what names the image or is attached to it; more brings in, say, the
   * scan of the sources that it was built from. Default: 1.
   */
  readonly maxDepth?: number
  /** Default: those of `FetchLimits`. */
  readonly limits?: FetchLimits
  /** Ends it with `ERR_ABORTED`. */
  readonly signal?: AbortSignal
}

/**
 * All envelopes about an image, by any of the digests that it is known by (index, manifest for each platform, configuration,
 * diff ids), from all stores, each with where it was found. Nothing is verified: `gateImage()` decides.
 *
 * @throws ImageError `ERR_EVIDENCE_INCOMPLETE` where a store fails, with what the others gave; `ERR_LIMIT_EXCEEDED`, `ERR_ABORTED`
 * @throws RegistryError where the image itself cannot be had
 * @example
 * const { envelopes } = await fetchEvidence({ store, image: 'v1', stores: [{ name: 'registry', source: ociSource({ store, image: 'v1' }) }] })
 */
export async function fetchEvidence(options: FetchEvidenceOptions): Promise<FetchedEvidence> {
  const { store, image, stores, platform, maxDepth = 1, signal } = options
  if (stores.length === 0) throw new TypeError('stores has to be a list with at least one store')
  if (new Set(stores.map(({ name }) => name)).size !== stores.length) throw new TypeError('each store needs a name of its own')
  if (!Number.isSafeInteger(maxDepth) || maxDepth < 1) throw new TypeError(`maxDepth has to be a positive integer, not ${String(maxDepth)}`)
  const limits = positive({ envelopes: 10_000, bytes: 512 * 1024 * 1024 }, options.limits)
  const identities = await imageIdentities(store, image, { ...(platform !== undefined && { platform }), ...(signal !== undefined && { signal }) })
  const known = new Set(identities.map(({ digest }) => digest))
  const gathering = new Gathering(new Set(known), limits)
  const failed = new Map<string, StoreFailure>()
  let frontier: readonly string[] = [...known]
  for (let depth = 1; depth <= maxDepth && frontier.length > 0; depth++) {
    const digests = frontier
    const answers = await Promise.all(stores.filter(({ name }) => !failed.has(name)).map(async (each) => ask(each, digests, depth === 1, signal)))
    for (const { error, name } of answers) if (error !== undefined) failed.set(name, { store: name, error: error.value })
    frontier = [...new Set(answers.flatMap(({ name, results }) => gathering.add(name, results)))].filter((digest) => !known.has(digest)).toSorted()
    for (const digest of frontier) known.add(digest)
  }
  const failures = stores.flatMap(({ name }) => failed.get(name) ?? [])
  const found = { image: rootOf(identities), identities, envelopes: gathering.envelopes, failures, isCutOff: frontier.length > 0 }
  const fatal = failures.filter((failure) => !stores.some(({ name, allowUnavailable }) => name === failure.store && allowUnavailable === true))
  if (fatal.length > 0) throw incomplete(fatal, found)
  return found
}

/** What was asked for: nothing leads to it. */
function rootOf(identities: FetchedEvidence['identities']): string {
  return identities.find(({ chain }) => chain.length === 0)?.digest ?? ''
}

interface Answer {
  readonly name: string
  readonly results: readonly SourceResult[]
  readonly error?: { readonly value: unknown }
}

async function ask({ name, source }: EvidenceStore, digests: readonly string[], isFirst: boolean, signal: AbortSignal | undefined): Promise<Answer> {
  const call = signal === undefined ? {} : { signal }
  try {
    const [found, attached] = await Promise.all([source.search({ digests }, call), isFirst ? source.attached?.(call) : undefined])
    return { name, results: [...found, ...(attached ?? [])] }
  } catch (error) {
    return { name, results: [], error: { value: unlessAborted(error, signal) } }
  }
}

export function incomplete(failures: readonly StoreFailure[], found?: FetchedEvidence): ImageError {
  const [first] = failures
  const more = failures.length > 1 ? `, and ${failures.length - 1} more failed` : ''
  const message = `the store ${first?.store ?? ''} did not give what it has, and what decides may be there: ${describeError(first?.error)}${more}`
  return new ImageError('ERR_EVIDENCE_INCOMPLETE', message, { failures, ...(found !== undefined && { found }), cause: first?.error })
}
