import { CilockError, decodeBase64 } from '@cilock/core'
import { x509Error } from '../error.ts'
import { malformed } from './malformed.ts'

/** More text than a bundle of roots has; keeps a wrong file from being searched. */
const maxLength = 4 * 1024 * 1024

/** One block of a PEM text. */
export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array
}

/**
 * The blocks of a PEM text, each decoded when it is asked for. Text around them is passed over, lines may end in CRLF, as
 * in Go.
 */
export function* pemBlocks(text: string): Generator<PemBlock, void, undefined> {
  if (text.length > maxLength) throw x509Error('ERR_LIMIT_EXCEEDED', `PEM: at most ${maxLength} characters are allowed, found ${text.length}`)
  let open: { readonly label: string; readonly lines: string[] } | undefined
  for (const line of text.split(/\r\n|\r|\n/)) {
    const boundary = /^-----(BEGIN|END) ([^\n]*)-----[ \t]*$/.exec(line)
    if (open === undefined) {
      if (boundary?.[1] === 'BEGIN') open = { label: boundary[2] ?? '', lines: [] }
    } else if (boundary === null) open.lines.push(line.trim())
    else if (boundary[1] === 'END' && boundary[2] === open.label) {
      yield { label: open.label, bytes: bodyOf(open.label, open.lines) }
      open = undefined
    } else throw malformed(`the end of the PEM block ${open.label}`, line.slice(0, 80))
  }
  if (open !== undefined) throw malformed(`the end of the PEM block ${open.label}`, 'the end of the text')
}

function bodyOf(label: string, lines: readonly string[]): Uint8Array {
  // a certificate has no headers, but Go passes over them
  const text = lines.filter((line) => !line.includes(':')).join('')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw malformed(`base64 in the PEM block ${label}`, 'other text')
  try {
    return decodeBase64(text)
  } catch (cause) {
    if (CilockError.is(cause)) throw x509Error('ERR_CERTIFICATE_MALFORMED', `certificate: expected base64 in the PEM block ${label}`, { cause })
    throw cause
  }
}
