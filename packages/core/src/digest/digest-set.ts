import { CilockError } from '../error.ts'
import { showPointer } from '../json/pointer.ts'

/** Digest values by algorithm name, as on the wire: `{ sha256: '<hex>', 'gitoid:sha1': 'gitoid:blob:sha1:<hex>' }`. */
export type DigestSet = Readonly<Record<string, string>>

/** What is known of the algorithms that Go knows; every other is kept, but never matches and is never equal. */
const algorithms: ReadonlyMap<string, { readonly size: number; readonly shape: RegExp; readonly isMatchable: boolean }> = new Map([
  ['sha256', { size: 32, shape: /^[0-9a-f]{64}$/, isMatchable: true }],
  ['sha1', { size: 20, shape: /^[0-9a-f]{40}$/, isMatchable: false }],
  ['gitoid:sha256', { size: 32, shape: /^gitoid:blob:sha256:[0-9a-f]{64}$/, isMatchable: true }],
  ['gitoid:sha1', { size: 20, shape: /^gitoid:blob:sha1:[0-9a-f]{40}$/, isMatchable: false }],
  ['dirHash', { size: 32, shape: /^[0-9a-f]{64}$/, isMatchable: true }],
])

function own(set: DigestSet, name: string): string | undefined {
  return Object.hasOwn(set, name) ? set[name] : undefined
}

/**
 * Whether two digest sets name the same content, by CI/lock's rules: of the strongest known algorithms in either set at
 * least one stands in both, and no algorithm of both disagrees. So nobody forces a comparison by SHA-1 by leaving the
 * SHA-256 out, and empty sets equal nothing. Values compare as text. Not transitive where algorithms of one strength
 * differ.
 *
 * `wellFormed`: whether what both have must be digests of their algorithms too, in either letter case. Default: false, as in
 * CI/lock, to which two texts such as `unknown` are the same digest.
 */
export function digestSetsEqual(a: DigestSet, b: DigestSet, { wellFormed = false }: { readonly wellFormed?: boolean } = {}): boolean {
  let strongest = 0
  let strongestShared = 0
  for (const [name, { size, shape }] of algorithms) {
    const left = own(a, name)
    const right = own(b, name)
    if (left !== undefined || right !== undefined) strongest = Math.max(strongest, size)
    if (left === undefined || right === undefined) continue
    if (left !== right || (wellFormed && !shape.test(left.toLowerCase()))) return false
    strongestShared = Math.max(strongestShared, size)
  }
  return strongest > 0 && strongestShared === strongest
}

/**
 * The digests by which a subject may be found, as `algorithm:value` in lower case: `sha256`, `gitoid:sha256` and
 * `dirHash` of the right shape. SHA-1 and unknown algorithms never anchor a match.
 */
export function matchableDigests(set: DigestSet): readonly string[] {
  const digests: string[] = []
  for (const [name, { shape, isMatchable }] of algorithms) {
    const value = isMatchable ? own(set, name)?.toLowerCase() : undefined
    if (value !== undefined && shape.test(value)) digests.push(`${name}:${value}`)
  }
  return digests
}

/**
 * Checks a digest set that is about to be written: only algorithms that Go reads back, values of their shape in lower
 * case.
 *
 * @throws CilockError `ERR_DIGEST_INVALID` naming the algorithm.
 */
export function checkDigestSet(set: DigestSet, pointer = ''): void {
  for (const [name, value] of Object.entries(set)) {
    const known = algorithms.get(name)
    const at = showPointer(pointer)
    if (known === undefined) {
      throw new CilockError('ERR_DIGEST_INVALID', `expected a digest algorithm of ${[...algorithms.keys()].join(', ')}, found ${JSON.stringify(name.slice(0, 40))} at ${at}`)
    }
    if (typeof value !== 'string' || !known.shape.test(value)) throw new CilockError('ERR_DIGEST_INVALID', `expected a ${name} digest in lower case, found another value at ${at}`)
  }
}
