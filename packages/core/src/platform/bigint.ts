/** A number from its big-endian bytes. */
export function bigintOf(bytes: Uint8Array): bigint {
  let hex = '0x0'
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return BigInt(hex)
}

/** A number as `length` big-endian bytes; it has to fit. */
export function bytesOf(number: bigint, length: number): Uint8Array {
  const hex = number.toString(16).padStart(2 * length, '0')
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16))
}
