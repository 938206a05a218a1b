import { CilockError, encodeJson } from '@cilock/core'
import { describe, readManifest } from '../content/manifest.ts'
import type { Descriptor, ImageIndex, Manifest } from '../content/manifest.ts'
import { isDigest } from '../content/digest.ts'
import { mediaTypes } from '../content/media-type.ts'
import { isNotFound, RegistryError } from '../error.ts'
import { checkReplaces } from '../store.ts'
import type { PutManifestOptions } from '../store.ts'
import { conditionFor } from './condition.ts'
import { fetchManifest, isName } from './read.ts'
import type { Place } from './read.ts'
import { fallbackTag, fromTag } from './referrers.ts'
import { statusError } from './status-error.ts'

export async function putRemoteManifest(place: Place, bytes: Uint8Array, options: PutManifestOptions = {}): Promise<Manifest> {
  checkReplaces(options)
  const { tag, mediaType, replaces, signal } = options
  const manifest = readManifest(bytes, mediaType)
  const reference = tag ?? manifest.digest
  isName(reference)
  const { handled } = await putOver(place, manifest, reference, conditionFor(replaces), signal)
  await confirm(place, manifest, reference, signal)
  if (manifest.subject !== undefined && !(handled && (await isListed(place, manifest.subject.digest, manifest.digest, signal)))) {
    await addToTag(place, manifest.subject.digest, describe(manifest), signal)
  }
  return manifest
}

/** What is there already, perhaps by a first try whose answer was lost, need not be put there against a condition. */
async function putOver(place: Place, manifest: Manifest, reference: string, condition: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<{ readonly handled: boolean }> {
  try {
    return await put(place, manifest, reference, condition, signal)
  } catch (error) {
    const isConflict = CilockError.is(error) && error.code === 'ERR_REGISTRY_CONFLICT' && Object.keys(condition).length > 0
    if (isConflict && (await digestAt(place, reference, signal)) === manifest.digest) return { handled: true }
    throw error
  }
}

async function digestAt(place: Place, reference: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return (await fetchManifest(place, reference, signal)).digest
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function put({ connection, repository, name }: Place, manifest: Manifest, reference: string, condition: Readonly<Record<string, string>>, signal: AbortSignal | undefined): Promise<{ readonly handled: boolean }> {
  const what = `upload of manifest ${reference} to ${name}`
  const response = await connection.send(repository, {
    method: 'PUT',
    to: `${repository.repository}/manifests/${reference}`,
    actions: 'pull,push',
    headers: { 'content-type': manifest.mediaType, ...condition },
    body: manifest.bytes,
    // the same bytes again are the same manifest; with a condition the second may be turned down, and who set it looks again
    isIdempotent: true,
    signal,
  })
  if (response.status !== 201 && response.status !== 200) throw await statusError(response, what)
  await response.cancel()
  const said = response.headers.get('docker-content-digest')
  if (said !== null && isDigest(said) && said.startsWith('sha256:') && said !== manifest.digest) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: the registry says that it stored ${said}, not ${manifest.digest}`)
  return { handled: manifest.subject !== undefined && response.headers.get('oci-subject') === manifest.subject.digest }
}

async function confirm(place: Place, manifest: Manifest, reference: string, signal: AbortSignal | undefined): Promise<void> {
  const what = `upload of manifest ${reference} to ${place.name}`
  try {
    await fetchManifest(place, manifest.digest, signal)
  } catch (error) {
    if (isNotFound(error)) throw new RegistryError('ERR_REGISTRY_LOST', `${what}: the registry says that it is stored, and does not have it`, { cause: error })
    throw error
  }
}

/** Some registries say that they handle subjects, and have no list of referrers. */
async function isListed({ connection, repository }: Place, subject: string, digest: string, signal: AbortSignal | undefined): Promise<boolean> {
  const response = await connection.send(repository, { method: 'GET', to: `${repository.repository}/referrers/${subject}`, actions: 'pull', headers: { accept: mediaTypes.ociIndex }, signal })
  if (response.status !== 200) {
    await response.cancel()
    return false
  }
  try {
    const page = readManifest(await response.bytes(connection.limits.listBytes), mediaTypes.ociIndex)
    // on a further page it may stand as well: what has a list keeps it
    return page.kind === 'index' && (response.headers.has('link') || page.manifests.some((each) => each.digest === digest))
  } catch (error) {
    if (CilockError.is(error) && error.code.startsWith('ERR_MANIFEST')) return false
    throw error
  }
}

const attempts = 5

/** Adds a referrer to those that stand under the fallback tag; another one's writing in between is not written over. */
async function addToTag(place: Place, subject: string, descriptor: Descriptor, signal: AbortSignal | undefined): Promise<void> {
  const tag = fallbackTag(subject)
  const isIn = (index: ImageIndex | undefined): boolean => index?.manifests.some(({ digest }) => digest === descriptor.digest) === true
  let before = await fromTag(place, subject, signal)
  let isConditional = true
  for (let attempt = 1; !isIn(before); attempt++) {
    if (attempt > attempts) throw new RegistryError('ERR_REGISTRY_LOST', `${place.name}:${tag}: ${descriptor.digest} was added ${attempts} times to the referrers, and is not among them`)
    const index = indexOf([...(before?.manifests ?? []), descriptor])
    let conflict: unknown
    try {
      await put(place, index, tag, isConditional ? conditionFor(before ?? null) : {}, signal)
    } catch (error) {
      if (!isConditional || attempt === attempts || !CilockError.is(error) || error.code !== 'ERR_REGISTRY_CONFLICT') throw error
      conflict = error
    }
    // without a condition two writers may have met: what counts is that ours is there
    const after = await fromTag(place, subject, signal)
    // turned down although nobody has changed anything: such a registry takes the condition for something else
    if (conflict !== undefined && after?.digest === before?.digest) isConditional = false
    before = after
  }
}

function indexOf(manifests: readonly Descriptor[]): Manifest {
  return readManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }), mediaTypes.ociIndex)
}
