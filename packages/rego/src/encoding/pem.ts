import { decodeBase64 } from './base64-bytes.ts'

export interface PemBlock {
  readonly type: string
  readonly bytes: Uint8Array
  /** What follows the block's END line. */
  readonly rest: string
}

/**
 * The first block of a PEM text, as Go's `pem.Decode` finds it: damaged blocks before it are skipped, headers are
 * allowed and dropped. Undefined when there is none.
 */
export function decodePem(text: string): PemBlock | undefined {
  let rest = text
  for (;;) {
    const end = rest.indexOf('\n-----END ')
    if (end === -1) return undefined
    const begin = rest.lastIndexOf('-----BEGIN ', end - '-----BEGIN '.length)
    const after = rest.slice(end + '\n-----END '.length)
    if (begin !== -1 && (begin === 0 || rest[begin - 1] === '\n')) {
      const block = readBlock(rest.slice(begin + '-----BEGIN '.length, end + 1), after)
      if (block !== undefined) return block
    }
    rest = after
  }
}

function readBlock(inside: string, after: string): PemBlock | undefined {
  const [typeLine, first] = line(inside)
  if (!typeLine.endsWith('-----')) return undefined
  const type = typeLine.slice(0, -5)
  let body = first
  while (body !== '') {
    const [text, next] = line(body)
    if (!text.includes(':')) break
    body = next
  }
  const trailer = `${type}-----`
  if (!after.startsWith(trailer)) return undefined
  const [tail, rest] = line(after.slice(trailer.length))
  if (tail !== '') return undefined
  const bytes = decodeBase64(body.replace(/[ \t]/g, ''))
  return typeof bytes === 'number' ? undefined : { type, bytes, rest }
}

/** The first line without its break and trailing blanks, and what follows. */
function line(text: string): readonly [string, string] {
  const at = text.indexOf('\n')
  const raw = at === -1 ? text : text.slice(0, at)
  return [raw.replace(/\r$/, '').replace(/[ \t]+$/, ''), at === -1 ? '' : text.slice(at + 1)]
}
