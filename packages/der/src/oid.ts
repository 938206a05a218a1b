/** The arcs of an object identifier's content; undefined where it is not DER, or an arc does not fit into 31 bits. */
export function oidArcs(content: Uint8Array): readonly number[] | undefined {
  const text = oidText(content)
  const arcs = text?.split('.').map(Number)
  return arcs?.every((arc) => arc < 2 ** 31) === true ? arcs : undefined
}

/** Dotted form of an object identifier whose arcs may be of any size. */
export function oidText(content: Uint8Array): string | undefined {
  // nothing has a name this long; arithmetic on big numbers grows with the square
  if (content.length > maxLength) return undefined
  const arcs: bigint[] = []
  let value = 0n
  let begun = false
  for (const byte of content) {
    if (!begun && byte === 0x80) return undefined
    value = (value << 7n) | BigInt(byte & 0x7f)
    begun = true
    if (byte >= 0x80) continue
    if (arcs.length === 0) arcs.push(value < 80n ? value / 40n : 2n, value < 80n ? value % 40n : value - 80n)
    else arcs.push(value)
    value = 0n
    begun = false
  }
  return arcs.length === 0 || begun ? undefined : arcs.join('.')
}

const maxLength = 512

/** The content of an object identifier from its dotted form. */
export function oidContent(dotted: string): Uint8Array {
  if (!/^[012](\.(0|[1-9]\d*))+$/.test(dotted)) throw new TypeError(`an object identifier is numbers with dots between them, not '${dotted}'`)
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  if (root < 2n && second >= 40n) throw new TypeError(`an object identifier below ${root} has a second arc below 40, not '${dotted}'`)
  const bytes: number[] = []
  for (const arc of [root * 40n + second, ...rest]) {
    const groups = [Number(arc & 0x7fn)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(Number(left & 0x7fn) | 0x80)
    bytes.push(...groups)
  }
  return Uint8Array.from(bytes)
}
