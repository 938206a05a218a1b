import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { archivistaClient, archivistaSource } from '@cilock/archivista-client'
import type { ArchivistaClient } from '@cilock/archivista-client'
import { ociType } from '@cilock/attestor-oci/type'
import { collectionOf, parseEnvelope, parseStatement, verifyEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { nodeFetch } from '@cilock/http/node'
import { gateImage } from '@cilock/image'
import { registryClient } from '@cilock/registry'
import { memoryRegistry, pushImage } from '@cilock/registry/testing'
import { evidenceOf, savedImage, world } from '@cilock/testing'
import { vectors } from '@cilock/vectors'

/** Milliseconds, the best of the rounds. */
export interface ImageBench {
  readonly envelopes: number
  /** Downloads of all of them by their names with the platform's `fetch`, and nothing else, as many at a time. */
  readonly bare: number
  /** What cannot be left out, each alone: asking for the names, downloads held against them, reading, verifying signatures. */
  readonly parts: Readonly<Record<Part, number>>
  /** The gate: found by the image, downloaded, read, verified and judged. */
  readonly gated: number
  readonly ratio: number
}

const parts = ['names', 'downloads', 'reading', 'signatures'] as const

type Part = (typeof parts)[number]

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
    return await measure(archivistaClient({ url, fetch: nodeFetch() }), url, envelopes, rounds)
  } finally {
    execFileSync(join(folder, 'stop'), [state], { stdio: 'ignore' })
  }
}

async function measure(client: ArchivistaClient, url: string, envelopes: number, rounds: number): Promise<ImageBench> {
  const registry = memoryRegistry()
  const store = registryClient({ fetch: registry.fetch }).repository(`${registry.host}/team/app`)
  const { config: imageId } = await pushImage(store, 'v1')
  const { collection, policy, root, clock, functionaries } = await world({ types: [ociType] })
  const signed = await policy({ steps: { build: { by: ['builder'], attestations: [ociType] } } })
  const gitoids: string[] = []
  await atOnce(envelopes, async (index) => {
    const envelope = await collection({ step: 'build', evidence: [evidenceOf(ociType, savedImage({ imageId, tags: [`app:${index}`] }))] })
    gitoids.push((await client.store(envelope, { confirm: false })).gitoid)
  })
  const best: Record<Part | 'bare' | 'gated', number> = { bare: Infinity, gated: Infinity, names: Infinity, downloads: Infinity, reading: Infinity, signatures: Infinity }
  const timed = async (what: keyof typeof best, isWarm: boolean, work: () => Promise<void>): Promise<void> => {
    const start = performance.now()
    await work()
    const taken = performance.now() - start
    if (isWarm) best[what] = Math.min(best[what], taken)
  }
  for (let round = 0; round <= rounds; round++) {
    // the first round only warms up
    const isWarm = round > 0
    await timed('bare', isWarm, async () => {
      await atOnce(gitoids.length, async (index) => {
        const response = await fetch(`${url}/download/${gitoids[index] ?? ''}`)
        await response.arrayBuffer()
      })
    })
    await timed('gated', isWarm, async () => {
      // a source keeps what it has fetched: each round has its own
      const stores = [{ name: 'archivista', source: archivistaSource({ client, parallel }) }]
      const { images } = await gateImage({ store, image: 'v1', cosign: 'none', policy: { policy: signed, policyVerifiers: [root.verifier], types: [ociType] }, stores, now: clock() })
      const found = images[0]?.report.steps[0]?.candidates.length
      if (found !== envelopes) throw new TypeError(`bench: expected ${envelopes} candidates, found ${String(found)}`)
    })
    let named = 0
    await timed('names', isWarm, async () => {
      for await (const gitoid of client.gitoids({ digests: [imageId] })) if (gitoid !== '') named++
    })
    if (named !== envelopes) throw new TypeError(`bench: expected ${envelopes} names, found ${named}`)
    const downloaded: Uint8Array[] = []
    await timed('downloads', isWarm, async () => atOnce(gitoids.length, async (index) => void downloaded.push((await client.downloadBytes(gitoids[index] ?? '')).bytes)))
    const read: Envelope[] = []
    await timed('reading', isWarm, async () => {
      for (const bytes of downloaded) {
        const envelope = parseEnvelope(bytes)
        collectionOf(parseStatement(envelope.payload))
        read.push(envelope)
      }
    })
    await timed('signatures', isWarm, async () => {
      for (const envelope of read) await verifyEnvelope(envelope, [functionaries.builder.verifier])
    })
  }
  const { bare, gated, ...rest } = best
  return { envelopes, bare, gated, parts: rest, ratio: gated / bare }
}

async function atOnce(count: number, work: (index: number) => Promise<void>): Promise<void> {
  const queue = Array.from({ length: count }, (_, index) => index).values()
  const worker = async (): Promise<void> => {
    for (const index of queue) await work(index)
  }
  await Promise.all(Array.from({ length: parallel }, worker))
}
