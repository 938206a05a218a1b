const alphabets = {
  standard: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
} as const

export interface Base64Options {
  /** Default `standard`. */
  readonly alphabet?: keyof typeof alphabets
  /** Whether `=` fills up the last group. Default true: required when reading, written when writing. */
  readonly padding?: boolean
}

/**
 * Reads base64 as Go's `encoding/base64` does: line breaks are skipped, unused bits of the last character are not
 * looked at. Where Go reports an error this gives the position of the byte it complains about.
 */
export function decodeBase64(text: string, { alphabet = 'standard', padding = true }: Base64Options = {}): Uint8Array | number {
  const letters = alphabets[alphabet]
  const source = new TextEncoder().encode(text)
  const out: number[] = []
  let at = 0
  const skipBreaks = (): void => {
    while (source[at] === 10 || source[at] === 13) at++
  }
  for (;;) {
    const group: number[] = []
    let ended = false
    while (group.length < 4) {
      skipBreaks()
      const byte = source[at]
      if (byte === undefined) {
        if (group.length === 0) return Uint8Array.from(out)
        if (group.length === 1 || padding) return at - group.length
        ended = true
        break
      }
      at++
      const value = byte < 0x80 ? letters.indexOf(String.fromCharCode(byte)) : -1
      if (value !== -1) {
        group.push(value)
        continue
      }
      if (byte !== 61 || !padding || group.length < 2) return at - 1
      if (group.length === 2) {
        skipBreaks()
        if (at === source.length) return source.length
        if (source[at] !== 61) return at - 1
        at++
      }
      skipBreaks()
      if (at < source.length) return at
      ended = true
      break
    }
    const [a = 0, b = 0, c = 0, d = 0] = group
    const bits = (a << 18) | (b << 12) | (c << 6) | d
    if (group.length >= 2) out.push(bits >> 16)
    if (group.length >= 3) out.push((bits >> 8) & 255)
    if (group.length === 4) out.push(bits & 255)
    if (ended) return Uint8Array.from(out)
  }
}

/** Writes base64. */
export function encodeBase64(bytes: Uint8Array, { alphabet = 'standard', padding = true }: Base64Options = {}): string {
  const letters = alphabets[alphabet]
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let k = 0; k < 4; k++) out += k <= left ? letters[(bits >> (18 - 6 * k)) & 63] : padding ? '=' : ''
  }
  return out
}
