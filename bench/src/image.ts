import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { archivistaClient, archivistaSource } from '@cilock/archivista-client'
import type { ArchivistaClient } from '@cilock/archivista-client'
import { ociType } from '@cilock/attestor-oci/type'
import { encodeBase64, encodeJson, encodeUtf8, sha256Hex } from '@cilock/core'
import { gateImage } from '@cilock/image'
import { digestOf, mediaTypes, registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import { evidenceOf, world } from '@cilock/testing'
import { vectors } from '@cilock/vectors'

/** Milliseconds, the best of the rounds. */
export interface ImageBench {
  readonly envelopes: number
  /** Downloads of all of them by their names, and nothing else, as many at a time. */
  readonly bare: number
  /** The gate: found by the image, downloaded, read, verified and judged. */
  readonly gated: number
  readonly ratio: number
}

/** As many downloads at a time as the client makes. */
const parallel = 8

/** All evidence about one image, from a real Archivista; or why there is none. */
export async function benchImage(envelopes = 2000, rounds = 3): Promise<ImageBench | string> {
  const golden = vectors('golden')
  const folder = golden === undefined ? '' : join(dirname(golden), '..', 'tools', 'archivista-server')
  if (!existsSync(join(folder, 'start'))) return 'SKIPPED: needs tools/archivista-server beside the vectors (set CILOCK_VECTORS)'
  const said = execFileSync(join(folder, 'start'), [], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const { url, state } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { readonly url: string; readonly state: string }
  try {
    return await measure(archivistaClient({ url, fetch }), url, envelopes, rounds)
  } finally {
    execFileSync(join(folder, 'stop'), [state], { stdio: 'ignore' })
  }
}

async function measure(client: ArchivistaClient, url: string, envelopes: number, rounds: number): Promise<ImageBench> {
  const registry = memoryRegistry()
  const store = registryClient({ fetch: registry.fetch }).repository(`${registry.host}/team/app`)
  const imageId = await pushImage(store)
  const { collection, policy, root, clock } = await world({ types: [ociType] })
  const signed = await policy({ steps: { build: { by: ['builder'], attestations: [ociType] } } })
  const gitoids: string[] = []
  await atOnce(envelopes, async (index) => {
    const envelope = await collection({ step: 'build', evidence: [evidenceOf(ociType, savedImage(imageId, `app:${index}`))] })
    gitoids.push((await client.store(envelope, { confirm: false })).gitoid)
  })
  const best = { bare: Number.POSITIVE_INFINITY, gated: Number.POSITIVE_INFINITY }
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now()
    await atOnce(gitoids.length, async (index) => {
      const response = await fetch(`${url}/download/${gitoids[index] ?? ''}`)
      await response.arrayBuffer()
    })
    const middle = performance.now()
    // a source keeps what it has fetched: each round has its own
    const stores = [{ name: 'archivista', source: archivistaSource({ client, parallel }) }]
    const { images } = await gateImage({ store, image: 'v1', cosign: 'none', policy: { policy: signed, policyVerifiers: [root.verifier], types: [ociType] }, stores, now: clock() })
    const end = performance.now()
    const found = images[0]?.report.steps[0]?.candidates.length
    if (found !== envelopes) throw new TypeError(`bench: expected ${envelopes} candidates, found ${String(found)}`)
    // the first round only warms up
    if (round === 0) continue
    best.bare = Math.min(best.bare, middle - start)
    best.gated = Math.min(best.gated, end - middle)
  }
  return { envelopes, ...best, ratio: best.gated / best.bare }
}

async function atOnce(count: number, work: (index: number) => Promise<void>): Promise<void> {
  const queue = Array.from({ length: count }, (_, index) => index).values()
  const worker = async (): Promise<void> => {
    for (const index of queue) await work(index)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}

async function pushImage(store: Repository): Promise<string> {
  const layer = encodeUtf8('hello')
  const config = encodeJson({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } })
  for (const blob of [layer, config]) await store.putBlob(blob)
  const of = (mediaType: string, blob: Uint8Array) => ({ mediaType, digest: digestOf(blob), size: blob.length })
  await store.putManifest(encodeJson({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: of(mediaTypes.ociConfig, config), layers: [of(mediaTypes.ociLayer, layer)] }), { tag: 'v1' })
  return digestOf(config)
}

function savedImage(imageId: string, tag: string) {
  const raw = encodeUtf8('[]')
  return { tardigest: { sha256: sha256Hex(tag) }, manifest: null, imagetags: [tag], diffids: null, imageid: { sha256: imageId.slice('sha256:'.length) }, manifestraw: encodeBase64(raw), manifestdigest: { sha256: sha256Hex(raw) } }
}
