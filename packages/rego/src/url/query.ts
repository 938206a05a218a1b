import { decodeUtf8, encodeUtf8 } from '../encoding/utf8.ts'
import { quote } from '../value/format.ts'

type Fail = (text: string) => Error

/** Go's `url.QueryEscape`: a space becomes a plus sign. */
export function escapeQuery(text: string): string {
  return text.replaceAll(/[^\w\-.~]+/g, (run) =>
    Array.from(encodeUtf8(run), (byte) => (byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)).join(''),
  )
}

/** Go's `url.QueryUnescape`. */
export function unescapeQuery(text: string, fail: Fail): string {
  if (!/[%+]/.test(text)) return text
  const source = encodeUtf8(text)
  const bytes: number[] = []
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0
    if (byte !== 0x25) {
      bytes.push(byte === 0x2b ? 0x20 : byte)
      continue
    }
    const escape = decodeUtf8(source.subarray(at, at + 3))
    if (!/^%[\da-fA-F]{2}$/.test(escape)) throw fail(`invalid URL escape ${quote(escape)}`)
    bytes.push(Number.parseInt(escape.slice(1), 16))
    at += 2
  }
  return decodeUtf8(Uint8Array.from(bytes))
}

/** Go's `url.ParseQuery`: all values of each name, in their order. */
export function parseQuery(text: string, fail: Fail): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const pair of text.split('&')) {
    if (pair.includes(';')) throw fail('invalid semicolon separator in query')
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = unescapeQuery(equals < 0 ? pair : pair.slice(0, equals), fail)
    const value = unescapeQuery(equals < 0 ? '' : pair.slice(equals + 1), fail)
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return values
}
