import { sha256Hex } from '../digest/hash-bytes.ts'
import type { DigestSet } from '../digest/digest-set.ts'
import { CilockError } from '../error.ts'
import type { Artifacts } from '../evidence/evidence.ts'

const lengths: Readonly<Record<string, number>> = { sha256: 64, sha1: 40 }

/**
 * Reads subjects as people name them on a command line: `name=sha256:<hex>` (or `sha1:`), or a bare name, whose digest is
 * the SHA-256 of its UTF-8. Names may hold colons and commas but no `=`. Blank ones are passed over.
 *
 * @throws CilockError `ERR_DIGEST_INVALID` for an unknown algorithm or hex of the wrong length, `ERR_MALFORMED` for an
 * empty name or one given twice.
 */
export function parseSubjects(texts: readonly string[]): Artifacts {
  const subjects: Record<string, DigestSet> = Object.create(null)
  for (const text of texts) {
    if (text.trim() === '') continue
    const [name, digest] = parseSubject(text.trim())
    if (name === '') throw new CilockError('ERR_MALFORMED', `expected a name before the "=" of the subject ${JSON.stringify(text)}`)
    if (name in subjects) throw new CilockError('ERR_MALFORMED', `the subject ${JSON.stringify(name)} is given twice`)
    subjects[name] = digest
  }
  return subjects
}

function parseSubject(text: string): readonly [name: string, digest: DigestSet] {
  const equals = text.indexOf('=')
  if (equals === -1) return [text, { sha256: sha256Hex(text) }]
  const name = text.slice(0, equals).trim()
  const value = text.slice(equals + 1).trim()
  const colon = value.indexOf(':')
  const algorithm = value.slice(0, Math.max(colon, 0)).toLowerCase()
  const hex = value.slice(colon + 1)
  const length = lengths[algorithm]
  if (length === undefined) {
    throw new CilockError('ERR_DIGEST_INVALID', `expected sha256:<hex> or sha1:<hex> for the subject ${JSON.stringify(name)}, found ${JSON.stringify(value)}`)
  }
  if (hex.length !== length || !/^[0-9a-fA-F]+$/.test(hex)) {
    throw new CilockError('ERR_DIGEST_INVALID', `expected ${length} hex digits for the subject ${JSON.stringify(name)}, found ${JSON.stringify(hex)}`)
  }
  return [name, { [algorithm]: hex.toLowerCase() }]
}
