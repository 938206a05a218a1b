import { encodeUtf8, runningHash } from '@cilock/core'
import { RegistryError } from '../error.ts'

/** A digest taken apart. */
export interface Digest {
  readonly algorithm: 'sha256' | 'sha512'
  readonly hex: string
}

const lengths = { sha256: 64, sha512: 128 } as const

/**
 * Takes `sha256:…` or `sha512:…` apart.
 *
 * @throws RegistryError `ERR_DIGEST_INVALID`
 */
export function parseDigest(text: string): Digest {
  const [, algorithm, hex = ''] = /^(sha256|sha512):([0-9a-f]+)$/.exec(text) ?? []
  if ((algorithm !== 'sha256' && algorithm !== 'sha512') || hex.length !== lengths[algorithm]) {
    throw new RegistryError('ERR_DIGEST_INVALID', `expected sha256: and 64, or sha512: and 128 lower-case hexadecimal digits, found ${JSON.stringify(text.slice(0, 160))}`)
  }
  return { algorithm, hex }
}

/** Whether text is a digest that is understood. */
export function isDigest(text: string): boolean {
  const [, algorithm, hex = ''] = /^(sha256|sha512):([0-9a-f]+)$/.exec(text) ?? []
  return (algorithm === 'sha256' && hex.length === lengths.sha256) || (algorithm === 'sha512' && hex.length === lengths.sha512)
}

/** The digest of bytes, as registries write it. */
export function digestOf(bytes: Uint8Array | string, algorithm: Digest['algorithm'] = 'sha256'): string {
  const hash = runningHash(algorithm)
  hash.update(typeof bytes === 'string' ? encodeUtf8(bytes) : bytes)
  return `${algorithm}:${hash.hex()}`
}

/**
 * Hands pieces on and holds all of them against their digest and size at the end. Whoever reads has to read to the end,
 * and believe nothing before.
 *
 * @throws RegistryError `ERR_REGISTRY_INTEGRITY`
 */
export async function* verified(pieces: AsyncIterable<Uint8Array>, digest: string, size: number | undefined, what: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { algorithm } = parseDigest(digest)
  const hash = runningHash(algorithm)
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (size !== undefined && length > size) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: expected ${size} bytes, found more`)
    hash.update(piece)
    yield piece
  }
  if (size !== undefined && length !== size) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: expected ${size} bytes, found ${length}`)
  const found = `${algorithm}:${hash.hex()}`
  if (found !== digest) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: expected the bytes of ${digest}, found those of ${found}`)
}

/** Holds bytes against their digest and size. */
export function checkBytes(bytes: Uint8Array, digest: string, size: number | undefined, what: string): void {
  if (size !== undefined && bytes.length !== size) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: expected ${size} bytes, found ${bytes.length}`)
  const found = digestOf(bytes, parseDigest(digest).algorithm)
  if (found !== digest) throw new RegistryError('ERR_REGISTRY_INTEGRITY', `${what}: expected the bytes of ${digest}, found those of ${found}`)
}

/** All pieces as one. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of all) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
