import { CilockError } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { inParallel } from '@cilock/http'
import type { Descriptor, ImageManifest, ImageStore } from '@cilock/registry'
import { callOptions, requestsAtOnce } from '../call.ts'
import { ImageError } from '../error.ts'
import { bundleMediaTypePrefix, envelopeMediaType } from './media-type.ts'
import type { OciLimits } from './source.ts'
import { unwrap } from './unwrap.ts'
import type { EnvelopeForm } from './unwrap.ts'

/** An envelope that stands beside an image. */
export interface OciEnvelope {
  /** What was found, not verified. */
  readonly envelope: Envelope
  /** `store@manifest#layer`, and how it is nested where it is. */
  readonly reference: string
  /** How it stands there. */
  readonly form: EnvelopeForm
}

/** Where is looked. */
export interface Search {
  readonly store: ImageStore
  readonly limits: Required<OciLimits>
  /** Told of what is no evidence, by its place. */
  readonly onSkipped: (reference: string, error: CilockError) => void
  readonly signal: AbortSignal | undefined
}

/** Everything beside one manifest: its referrers, and what cosign keeps under the tag `sha256-….att`. */
export async function findEnvelopes(search: Search, digest: string): Promise<readonly OciEnvelope[]> {
  const { store, limits, signal } = search
  const [listed, tagged] = await Promise.all([store.referrers(digest, callOptions(signal)), attestationTag(search, digest)])
  if (listed.length > limits.referrers) throw tooMany(store, 'referrers', limits.referrers, listed.length)
  // types and annotations of a list are not signed and choose nothing: each is looked into
  const manifests = await inParallel(listed, { limit: requestsAtOnce }, async (each) => store.manifest(each.digest, callOptions(signal)))
  const images = [...manifests, ...(tagged === undefined ? [] : [tagged])].filter((each) => each.kind === 'image')
  return (await inParallel(images, { limit: requestsAtOnce }, async (image) => readLayers(search, image))).flat()
}

async function attestationTag({ store, signal }: Search, digest: string): Promise<ImageManifest | undefined> {
  try {
    const manifest = await store.manifest(`${digest.replace(':', '-')}.att`, callOptions(signal))
    return manifest.kind === 'image' ? manifest : undefined
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_REGISTRY_NOT_FOUND') return undefined
    throw error
  }
}

async function readLayers(search: Search, { digest, layers }: ImageManifest): Promise<readonly OciEnvelope[]> {
  const { store, limits } = search
  const wanted = [...layers.entries()].filter(([, { mediaType }]) => mediaType === envelopeMediaType || mediaType.startsWith(bundleMediaTypePrefix))
  if (wanted.length > limits.layers) throw tooMany(store, 'layers', limits.layers, wanted.length)
  const found: OciEnvelope[] = []
  for (const [at, layer] of wanted) {
    const read = await readLayer(search, `${store.name}@${digest}#${at}`, layer)
    if (read !== undefined) found.push(read)
  }
  return found
}

async function readLayer({ store, limits, onSkipped, signal }: Search, reference: string, layer: Descriptor): Promise<OciEnvelope | undefined> {
  const bytes = await store.blob(layer, { ...callOptions(signal), maxBytes: limits.envelopeBytes })
  try {
    const read = unwrap({ bytes, isBundle: layer.mediaType.startsWith(bundleMediaTypePrefix), annotations: layer.annotations ?? {} })
    if (read === undefined) return undefined
    return { ...read, reference: read.form === 'envelope' ? reference : `${reference} (${read.form})` }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    // these bytes are what their digest says, and nobody's verifier would take them
    onSkipped(reference, error)
    return undefined
  }
}

function tooMany({ name }: ImageStore, what: keyof OciLimits, limit: number, found: number): ImageError {
  return new ImageError('ERR_LIMIT_EXCEEDED', `${name}: expected at most ${limit} ${what} (limits.${what}), found ${found}`)
}
