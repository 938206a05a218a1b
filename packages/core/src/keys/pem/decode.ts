import { CilockError } from '../../error.ts'
import { decodeBase64 } from '../../bytes/base64.ts'

/** One block of a PEM text. */
export interface PemBlock {
  readonly label: string
  /** Headers as `Proc-Type`; keys have none but in OpenSSL's old encryption. */
  readonly headers: ReadonlyMap<string, string>
  readonly bytes: Uint8Array
}

/** More text than any key has; keeps a wrong file from being searched. */
const maxLength = 1024 * 1024

/**
 * The blocks of a PEM text, in order, each read when it is asked for. Text before, between and after them is passed over, lines may end in CRLF and have
 * any length, as in Go.
 *
 * @throws CilockError `ERR_MALFORMED` when there is none, or one is damaged; `ERR_LIMIT_EXCEEDED`
 */
export function* decodePem(text: string): Generator<PemBlock, void, undefined> {
  if (text.length > maxLength) throw new CilockError('ERR_LIMIT_EXCEEDED', `PEM: at most ${maxLength} characters are allowed, found ${text.length}`)
  let found = false
  let open: { readonly label: string; readonly lines: string[] } | undefined
  for (const line of text.split(/\r?\n|\r/)) {
    const trimmed = line.trimEnd()
    const boundary = /^-----(BEGIN|END) ([^-]*(?:-[^-]+)*)-----$/.exec(trimmed)
    if (open === undefined) {
      if (boundary?.[1] === 'BEGIN') open = { label: boundary[2] ?? '', lines: [] }
    } else if (boundary === null) open.lines.push(trimmed)
    else if (boundary[1] === 'END' && boundary[2] === open.label) {
      yield blockOf(open.label, open.lines)
      found = true
      open = undefined
    } else throw new CilockError('ERR_MALFORMED', `PEM: expected the end of ${open.label}, found ${boundary[1] ?? ''} ${boundary[2] ?? ''}`)
  }
  if (open !== undefined) throw new CilockError('ERR_MALFORMED', `PEM: the block ${open.label} has no end`)
  if (!found) throw new CilockError('ERR_MALFORMED', 'PEM: expected a block, found none')
}

function blockOf(label: string, lines: readonly string[]): PemBlock {
  const headers = new Map<string, string>()
  let body = 0
  for (; body < lines.length; body++) {
    const line = lines[body] ?? ''
    const colon = line.indexOf(':')
    if (colon < 0) break
    headers.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  const text = lines.slice(body).map((line) => line.trim()).join('')
  // standard alphabet with padding alone, as everywhere in PEM
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
    throw new CilockError('ERR_MALFORMED', `PEM: the block ${label} is not base64`)
  }
  return { label, headers, bytes: decodeBase64(text) }
}
