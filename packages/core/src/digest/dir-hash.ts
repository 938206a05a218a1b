import { CilockError } from '../error.ts'
import { compareUtf8 } from '../json/order.ts'
import { sha256Hex } from './hash-bytes.ts'

/** A file below the directory. */
export interface DirHashEntry {
  /** Relative to the directory, with `/`, without a prefix. */
  readonly name: string
  /** SHA-256 of the content, 64 lower-case hexadecimal digits. */
  readonly sha256: string
}

/**
 * The digest of a directory: SHA-256 over a line `<sha256>  <name>` for each file, in the order of the names' bytes.
 * Lower-case hexadecimal; the value of `dirHash` in a digest set.
 *
 * @throws CilockError `ERR_DIGEST_INVALID` on a name with a line feed or met twice, and on a digest that is none.
 */
export function dirHash(entries: Iterable<DirHashEntry>): string {
  const sorted = [...entries].toSorted((a, b) => compareUtf8(a.name, b.name))
  let text = ''
  let previous: string | undefined
  for (const { name, sha256 } of sorted) {
    if (name.includes('\n')) throw new CilockError('ERR_DIGEST_INVALID', 'expected file names without line feeds for a dirHash, found one')
    if (name === previous) throw new CilockError('ERR_DIGEST_INVALID', `expected each file once for a dirHash, found ${JSON.stringify(name)} twice`)
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new CilockError('ERR_DIGEST_INVALID', `expected a sha256 for ${JSON.stringify(name)}, found another value`)
    text += `${sha256}  ${name}\n`
    previous = name
  }
  return sha256Hex(text)
}
