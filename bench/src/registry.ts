import { registryClient } from '@cilock/registry'
import { createHash } from 'node:crypto'
import { cpuUsage, memoryUsage } from 'node:process'

/** Times of the processor in milliseconds, since nothing is waited for; and how much the process grew while a layer passed. */
export interface RegistryBench {
  readonly bytes: number
  /** Hashing the same pieces, and nothing else. */
  readonly hashed: number
  /** From the answer of a registry to whoever reads it, held against its digest. */
  readonly streamed: number
  readonly ratio: number
  /** Bytes of resident memory, at the most. */
  readonly grown: number
}

/** Pieces as sockets hand them over. */
const pieceSize = 64 * 1024

/**
 * A large layer through the client, by a `fetch` that costs nothing: the same piece again and again. The aim is at most
 * 1.25: 80 % of raw hashing. Memory is watched in a pass of its own, in which each piece is a new one, as from a socket:
 * who kept them would be seen to grow.
 */
export async function benchRegistry(size: number = 2 ** 30, rounds = 4): Promise<RegistryBench> {
  const piece = new Uint8Array(pieceSize).map((_, at) => (at * 31) % 251)
  const count = size / pieceSize
  const best = { hashed: Number.POSITIVE_INFINITY, streamed: Number.POSITIVE_INFINITY }
  const hashAll = (): string => {
    const hash = createHash('sha256')
    for (let index = 0; index < count; index++) hash.update(piece)
    return `sha256:${hash.digest('hex')}`
  }
  const blob = { digest: hashAll(), size }
  for (let round = 0; round <= rounds; round++) {
    const start = processorTime()
    hashAll()
    const middle = processorTime()
    await pass(blob, () => piecesOf(count, () => piece))
    const end = processorTime()
    // the first round only warms up
    if (round === 0) continue
    best.hashed = Math.min(best.hashed, middle - start)
    best.streamed = Math.min(best.streamed, end - middle)
  }
  const before = memoryUsage.rss()
  let grown = 0
  await pass(blob, () => piecesOf(count, () => piece.slice()), () => {
    grown = Math.max(grown, memoryUsage.rss() - before)
  })
  return { bytes: size, ...best, ratio: best.streamed / best.hashed, grown }
}

function processorTime(): number {
  const { user, system } = cpuUsage()
  return (user + system) / 1000
}

/** Reads it to its end; `look` is called now and then. */
async function pass(blob: { readonly digest: string; readonly size: number }, body: () => ReadableStream<Uint8Array<ArrayBuffer>>, look: () => void = () => undefined): Promise<void> {
  const fetch = async (): Promise<Response> => new Response(body(), { headers: { 'content-length': String(blob.size) } })
  const { repository } = registryClient({ fetch })
  let seen = 0
  for await (const piece of repository('registry.example.com/team/app').stream(blob)) {
    if ((seen / pieceSize) % 256 === 0) look()
    seen += piece.length
  }
  if (seen !== blob.size) throw new TypeError(`bench: expected that ${blob.size} bytes pass, ${seen} did`)
}

function piecesOf(count: number, piece: () => Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = count
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(piece())
      else controller.close()
    },
  })
}
