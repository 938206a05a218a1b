/** A character for each byte. */
export function binaryText(bytes: Uint8Array): string {
  // Arguments of a call have a limit of their own.
  const parts = Array.from({ length: Math.ceil(bytes.length / 8_192) }, (_, index) => String.fromCharCode(...bytes.subarray(index * 8_192, (index + 1) * 8_192)))
  return parts.join('')
}
