import { CilockError, memorySource } from '@cilock/core'
import type { Source } from '@cilock/core'
import { imageIdentities } from '@cilock/registry'
import type { ImageStore, Platform } from '@cilock/registry'
import { unlessAborted } from '../call.ts'
import { positive } from '../limits.ts'
import type { EvidenceSource } from '../store.ts'
import { findEnvelopes } from './find.ts'
import type { OciEnvelope } from './find.ts'

/** Bounds on what is read beside one manifest. More is `ERR_LIMIT_EXCEEDED`, never a part. */
export interface OciLimits {
  /** Manifests that name it as their subject. Default: 1,000. */
  readonly referrers?: number
  /** Envelopes and bundles in one manifest. Default: 1,000. */
  readonly layers?: number
  /** Bytes of one envelope. Default: 64 MiB. */
  readonly envelopeBytes?: number
}

/** Of which image evidence is read. */
export interface OciSourceOptions {
  /** Where the image is. */
  readonly store: ImageStore
  /** Its tag or digest. */
  readonly image: string
  /** Only what stands beside the index and the manifests for it. Default: all of them. */
  readonly platform?: Partial<Platform>
  /** Where envelopes are kept, if elsewhere. Default: `store`. */
  readonly attestations?: ImageStore
  /** Default: those of `OciLimits`. */
  readonly limits?: OciLimits
  /** Told of layers of the right type that are no evidence. Default: nobody is. */
  readonly onSkipped?: (reference: string, error: CilockError) => void
}

/** A source over what is attached to one image. */
export interface OciSource extends EvidenceSource {
  /** Everything that is attached, and how; for those who show it. */
  readonly attached: (options?: { readonly signal?: AbortSignal }) => Promise<readonly OciEnvelope[]>
}

/**
 * A source over the envelopes that are attached to an image: referrers of its index and its manifests as `attach()` writes
 * them, and what `cosign attest` writes, as bundles and under the `.att` tag. Where cosign signed an envelope as the predicate
 * of a statement of its own, the inner envelope is taken out and its reference says so.
 *
 * It reads once, when it is first asked, and keeps it: give it a digest, or make a new one for a tag that moves. Where
 * anything cannot be read the search fails with the registry's error: it never answers with less than there is.
 *
 * @example
 * const source = ociSource({ store: repository('registry.example.com/team/app'), image: 'v1' })
 */
export function ociSource(options: OciSourceOptions): OciSource {
  const limits = positive({ referrers: 1000, layers: 1000, envelopeBytes: 64 * 1024 * 1024 }, options.limits)
  let reading: Promise<Read> | undefined
  const read = async (signal: AbortSignal | undefined): Promise<Read> => {
    const other = reading
    const mine = other ?? readAll(options, limits, signal)
    reading = mine
    try {
      return await mine
    } catch (error) {
      if (reading === mine) reading = undefined
      // somebody else's call was ended, and with it the reading that this one waited for
      if (other !== undefined && signal?.aborted !== true && CilockError.is(error) && error.code === 'ERR_ABORTED') return read(signal)
      throw unlessAborted(error, signal)
    }
  }
  return {
    search: async (query, { signal } = {}) => (await read(signal)).source.search(query),
    attached: async ({ signal } = {}) => (await read(signal)).envelopes,
  }
}

interface Read {
  readonly envelopes: readonly OciEnvelope[]
  readonly source: Source
}

async function readAll({ store, image, platform, attestations = store, onSkipped = () => undefined }: OciSourceOptions, limits: Required<OciLimits>, signal: AbortSignal | undefined): Promise<Read> {
  const identities = await imageIdentities(store, image, { ...(platform !== undefined && { platform }), ...(signal !== undefined && { signal }) })
  const manifests = new Set(identities.filter(({ kind }) => kind === 'index' || kind === 'manifest').map(({ digest }) => digest))
  const search = { store: attestations, limits, onSkipped, signal }
  const envelopes: OciEnvelope[] = []
  for (const digest of manifests) envelopes.push(...(await findEnvelopes(search, digest)))
  return { envelopes, source: memorySource(envelopes) }
}
