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
  const arcs: string[] = []
  let start = 0
  for (const [at, byte] of content.entries()) {
    if (at === start && byte === 0x80) return undefined
    if (byte >= 0x80) continue
    arcs.push(arcText(content.subarray(start, at + 1), start === 0))
    start = at + 1
  }
  return arcs.length === 0 || start < content.length ? undefined : arcs.join('.')
}

/** Seven bits a byte. The first number stands for two arcs: 40 for each step of the first, of which the last has no end. */
function arcText(bytes: Uint8Array, isFirst: boolean): string {
  // big numbers only where there are any: a certificate has dozens of identifiers
  const value = bytes.length <= 4 ? bytes.reduce((sum, byte) => (sum << 7) | (byte & 0x7f), 0) : bytes.reduce((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n)
  if (!isFirst) return String(value)
  const root = value < 40 ? 0 : value < 80 ? 1 : 2
  return `${root}.${typeof value === 'bigint' ? value - BigInt(40 * root) : value - 40 * root}`
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
