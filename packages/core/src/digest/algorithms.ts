import { CilockError } from '../error.ts'

/** The algorithms that a run may use: those that Go reads in a collection. */
export const hashAlgorithms = ['sha256', 'sha1', 'gitoid:sha256', 'gitoid:sha1'] as const

/** The name of a digest algorithm, as it stands in a digest set. */
export type HashAlgorithm = (typeof hashAlgorithms)[number]

/** What CI/lock's library uses unless told otherwise. */
export const defaultHashAlgorithms: readonly HashAlgorithm[] = ['sha256', 'gitoid:sha256', 'gitoid:sha1']

/** @throws CilockError `ERR_DIGEST_INVALID` when a name is not one of {@link hashAlgorithms}, or the list is empty. */
export function checkAlgorithms(names: readonly string[]): readonly HashAlgorithm[] {
  const known: readonly string[] = hashAlgorithms
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new CilockError('ERR_DIGEST_INVALID', `expected hash algorithms of ${known.join(', ')}, found ${JSON.stringify(unknown.slice(0, 40))}`)
  if (names.length === 0) throw new CilockError('ERR_DIGEST_INVALID', 'expected at least one hash algorithm, found none')
  return names as readonly HashAlgorithm[]
}
