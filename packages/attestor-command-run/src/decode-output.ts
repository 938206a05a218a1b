const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Text as Go writes output into JSON: each byte that is not part of valid UTF-8 becomes one U+FFFD. (`TextDecoder` would
 * write one for a whole truncated sequence.)
 */
export function decodeOutput(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    return decodeByParts(bytes)
  }
}

function decodeByParts(bytes: Uint8Array): string {
  const parts: string[] = []
  let validFrom = 0
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    if (at > validFrom) parts.push(strict.decode(bytes.subarray(validFrom, at)))
    parts.push('\uFFFD')
    at += 1
    validFrom = at
  }
  if (at > validFrom) parts.push(strict.decode(bytes.subarray(validFrom, at)))
  return parts.join('')
}

/** How many bytes the character at `at` has; 0 when there is none (RFC 3629: no surrogates, nothing overlong). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4) return 0
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index]
    const [low, high] = index === 1 ? secondByte(first) : [0x80, 0xbf]
    if (byte === undefined || byte < low || byte > high) return 0
  }
  return length
}

function secondByte(first: number): readonly [low: number, high: number] {
  switch (first) {
    case 0xe0:
      return [0xa0, 0xbf]
    case 0xed:
      return [0x80, 0x9f]
    case 0xf0:
      return [0x90, 0xbf]
    case 0xf4:
      return [0x80, 0x8f]
    default:
      return [0x80, 0xbf]
  }
}
