import { gunzip, readTar } from '@cilock/archive/node'
import { CilockError, memorySource, parseEnvelope, parseStatement, sha256Hex } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { ImageError } from '../../error.ts'
import { positive } from '../../limits.ts'
import { readManifest } from './manifest.ts'
import type { BundleManifest } from './manifest.ts'

/** Bounds on a bundle. */
export interface BundleLimits {
  /** Bytes of the whole tar, decompressed. Default: 512 MiB. */
  readonly bytes?: number
  /** Envelopes. Default: 100,000. */
  readonly envelopes?: number
  /** Bytes of one envelope. Default: 32 MiB. */
  readonly envelopeBytes?: number
}

/** How a bundle is read. */
export interface ReadBundleOptions {
  /** What it is called in references. Default: `bundle`. */
  readonly name?: string
  /** Default: those of `BundleLimits`. */
  readonly limits?: BundleLimits
}

/** An envelope of a bundle. */
export interface BundleEntry {
  /** What the line holds. */
  readonly envelope: Envelope
  /** `name#line`, counted from 0, as CI/lock calls it. */
  readonly reference: string
  /** The line as it stands there, without its newline. */
  readonly bytes: Uint8Array
}

/** What a bundle holds. Nothing of it is verified. */
export interface Bundle {
  /** What it says of itself; not signed. */
  readonly manifest: BundleManifest
  /** In the order of its lines. */
  readonly envelopes: readonly BundleEntry[]
}

/**
 * Reads a bundle as CI/lock writes it. Its manifest is not signed: that the lines are those which it lists tells of accidents
 * alone. Stricter than Go: an entry that stands there twice, an unknown version, a `count` or list that is not that of the
 * lines are refused, and bounds are on decompressed bytes.
 *
 * @param content the file's bytes, or a stream of them
 * @throws ImageError `ERR_MALFORMED`, `ERR_BUNDLE_VERSION`, `ERR_BUNDLE_INTEGRITY`, `ERR_LIMIT_EXCEEDED`
 * @throws ArchiveError where it is no gzip, or no tar
 * @example
 * const { envelopes } = await readBundle(await readFile('cilock.evidence.tar.gz'))
 */
export async function readBundle(content: Uint8Array | AsyncIterable<Uint8Array>, { name = 'bundle', limits: given }: ReadBundleOptions = {}): Promise<Bundle> {
  const limits = positive({ bytes: 512 * 1024 * 1024, envelopes: 100_000, envelopeBytes: 32 * 1024 * 1024 }, given)
  const entries = new Map<string, Uint8Array>()
  const pieces = content instanceof Uint8Array ? once(content) : content
  await readTar(bounded(gunzip(pieces), limits.bytes), async (entry) => {
    if (entry.name !== 'bundle.json' && entry.name !== 'attestations.jsonl') return
    if (entry.kind !== 'file') throw malformed(`${entry.name} to be a file`)
    if (entries.has(entry.name)) throw malformed(`${entry.name} once, found it twice: readers would take different ones`)
    const found: Uint8Array[] = []
    for (let next = await entry.content.next(); next.done !== true; next = await entry.content.next()) found.push(next.value)
    entries.set(entry.name, Buffer.concat(found))
  })
  const manifest = readManifest(required(entries, 'bundle.json'))
  const envelopes = linesOf(required(entries, 'attestations.jsonl'), limits).map((bytes, at) => ({ envelope: readLine(bytes, at), reference: `${name}#${at}`, bytes }))
  checkLines(manifest, envelopes)
  return { manifest, envelopes }
}

/** A source over the envelopes of a bundle. What holds no statement is left out, as it is nobody's evidence. */
export function bundleSource({ envelopes }: Bundle): Source {
  return memorySource(envelopes.filter(({ envelope }) => isStatement(envelope)).map(({ envelope, reference }) => ({ envelope, reference })))
}

function isStatement({ payload }: Envelope): boolean {
  try {
    parseStatement(payload)
    return true
  } catch (error) {
    if (CilockError.is(error)) return false
    throw error
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}

async function* bounded(pieces: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > most) throw new ImageError('ERR_LIMIT_EXCEEDED', `expected at most ${most} decompressed bytes in a bundle (limits.bytes), found more`)
    yield piece
  }
}

function required(entries: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = entries.get(name)
  if (bytes === undefined) throw malformed(`an entry ${name}, found none`)
  return bytes
}

const newline = 10

function linesOf(bytes: Uint8Array, limits: Required<BundleLimits>): readonly Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(newline, at)
    const end = found === -1 ? bytes.length : found
    const line = bytes.subarray(at, end)
    at = end + 1
    if (line.every((each) => each === 13 || each === 32 || each === 9)) continue
    if (line.length > limits.envelopeBytes) throw new ImageError('ERR_LIMIT_EXCEEDED', `expected at most ${limits.envelopeBytes} bytes in a line (limits.envelopeBytes), found ${line.length}`)
    if (lines.length >= limits.envelopes) throw new ImageError('ERR_LIMIT_EXCEEDED', `expected at most ${limits.envelopes} envelopes in a bundle (limits.envelopes), found more`)
    lines.push(line)
  }
  return lines
}

function readLine(bytes: Uint8Array, at: number): Envelope {
  try {
    return parseEnvelope(bytes)
  } catch (cause) {
    if (!CilockError.is(cause)) throw cause
    throw new ImageError(cause.code === 'ERR_LIMIT_EXCEEDED' ? cause.code : 'ERR_MALFORMED', `expected an envelope in line ${at} of attestations.jsonl: ${cause.message}`, { cause })
  }
}

function checkLines({ count, envelopes }: BundleManifest, lines: readonly BundleEntry[]): void {
  if (count !== lines.length) throw new ImageError('ERR_BUNDLE_INTEGRITY', `expected ${count} envelopes, as the manifest counts, found ${lines.length}`)
  if (envelopes === undefined) return
  if (envelopes.length !== lines.length) throw new ImageError('ERR_BUNDLE_INTEGRITY', `expected ${envelopes.length} envelopes, as the manifest lists, found ${lines.length}`)
  for (const [at, { bytes }] of lines.entries()) {
    const found = sha256Hex(bytes)
    if (envelopes[at]?.sha256 !== found) throw new ImageError('ERR_BUNDLE_INTEGRITY', `expected line ${at} to have the SHA-256 ${envelopes[at]?.sha256.slice(0, 64) ?? ''}, found ${found}`)
  }
}

function malformed(expected: string): ImageError {
  return new ImageError('ERR_MALFORMED', `expected a bundle with ${expected}`)
}
