const signedData = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02]
const tstInfo = [0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04]

/**
 * The time in an RFC 3161 token, or null where the server finds none: it indexes what it cannot read as the zero time.
 * Nothing is verified, so the bytes are searched and not parsed.
 */
export function tokenTime(token: Uint8Array): string | null {
  // a whole response begins with a status and not with the type of its content
  const body = 2 + ((token[1] ?? 0) < 0x80 ? 0 : (token[1] ?? 0) & 0x7f)
  if (token[0] !== 0x30 || !isAt(token, body, signedData)) return null
  const info = token.findIndex((_, at) => isAt(token, at, tstInfo))
  if (info < 0) return null
  for (let at = info; at + 2 < token.length; at++) {
    const length = token[at + 1] ?? 0
    if (token[at] !== 0x18 || length < 15 || length > 32) continue
    const text = String.fromCharCode(...token.subarray(at + 2, at + 2 + length))
    const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(text)
    if (found !== null) return `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}${found[7] ?? ''}Z`
  }
  return null
}

function isAt(bytes: Uint8Array, at: number, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte)
}
