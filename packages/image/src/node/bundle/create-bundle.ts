import { gzipSync } from 'node:zlib'
import { compareUtf8, encodeEnvelope, encodeUtf8, formatTime, sha256Hex } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { pack } from 'tar-stream'
import { bundleSchemaVersion, encodeManifest, listed } from './manifest.ts'
import type { BundleManifest } from './manifest.ts'

/** What goes into a bundle. */
export interface CreateBundleOptions {
  /** In this order, each once. May be none. */
  readonly envelopes: readonly Envelope[]
  /** When it is made. */
  readonly createdAt: Date
  /** Where they come from. Default: not said. */
  readonly source?: 'archivista' | 'file' | 'verify-export'
  /** The server that they come from. Default: not said. */
  readonly sourceUrl?: string
  /** What was asked for; written sorted, each once. Default: not said. */
  readonly subjects?: readonly string[]
}

/** A bundle, and what it says of itself. */
export interface CreatedBundle {
  /** The file: a tar of `bundle.json` and `attestations.jsonl`, in gzip. */
  readonly bytes: Uint8Array
  /** What it says of itself. */
  readonly manifest: BundleManifest
}

/**
 * Puts envelopes into one file, as `cilock bundle create` does: what `cilock verify --bundle` reads. Envelopes stand in it as Go
 * writes them. The bundle is not signed and proves nothing; what it holds does.
 *
 * @throws TypeError when `createdAt` is no time
 * @example
 * const { bytes } = await createBundle({ envelopes, createdAt: new Date(), source: 'file' })
 */
export async function createBundle({ envelopes, createdAt, source, sourceUrl, subjects = [] }: CreateBundleOptions): Promise<CreatedBundle> {
  if (Number.isNaN(createdAt.getTime())) throw new TypeError('createdAt has to be a time')
  const lines = new Map<string, { readonly line: Uint8Array; readonly envelope: Envelope }>()
  for (const envelope of envelopes) {
    const line = encodeEnvelope(envelope)
    const sha256 = sha256Hex(line)
    if (!lines.has(sha256)) lines.set(sha256, { line, envelope })
  }
  const manifest: BundleManifest = {
    schemaVersion: bundleSchemaVersion,
    createdAt: formatTime(createdAt),
    ...(source !== undefined && { source }),
    ...(sourceUrl !== undefined && { sourceURL: sourceUrl }),
    ...(subjects.length > 0 && { subjects: [...new Set(subjects)].toSorted(compareUtf8) }),
    count: lines.size,
    ...(lines.size > 0 && { envelopes: [...lines].map(([sha256, { envelope }]) => listed(envelope, sha256)) }),
  }
  const tar = pack()
  const mtime = new Date(Math.floor(createdAt.getTime() / 1000) * 1000)
  tar.entry({ name: 'bundle.json', mode: 0o644, mtime }, Buffer.from(encodeManifest(manifest)))
  const newline = encodeUtf8('\n')
  tar.entry({ name: 'attestations.jsonl', mode: 0o644, mtime }, Buffer.concat([...lines.values()].flatMap(({ line }) => [line, newline])))
  tar.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of tar) pieces.push(piece as Uint8Array)
  return { bytes: new Uint8Array(gzipSync(Buffer.concat(pieces))), manifest }
}
