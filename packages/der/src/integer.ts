/** The number of an INTEGER's content; undefined where it is not in its shortest form. */
export function signedInteger(content: Uint8Array): bigint | undefined {
  const [first, second] = content
  if (first === undefined) return undefined
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) return undefined
  const value = unsignedInteger(content)
  return first >= 0x80 ? value - (1n << BigInt(content.length * 8)) : value
}

/** Big-endian bytes as a number. */
export function unsignedInteger(bytes: Uint8Array): bigint {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex === '' ? 0n : BigInt(`0x${hex}`)
}

/** A number, not negative, as `length` big-endian bytes, or as few as it needs; bytes that do not fit are cut off in front. */
export function unsignedBytes(value: bigint, length?: number): Uint8Array {
  let hex = value.toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  if (value === 0n && length === undefined) hex = ''
  const out = new Uint8Array(length ?? hex.length / 2)
  const offset = out.length - hex.length / 2
  for (let i = 0; i < hex.length; i += 2) {
    const at = offset + i / 2
    if (at >= 0) out[at] = Number.parseInt(hex.slice(i, i + 2), 16)
  }
  return out
}
