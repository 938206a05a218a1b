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
  let text = ''
  let start = 0
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] ?? 0
    if (at === start && byte === 0x80) return undefined
    if (byte >= 0x80) continue
    text += start === 0 ? firstArcs(arcValue(content, 0, at)) : `.${arcValue(content, start, at)}`
    start = at + 1
  }
  return text === '' || start < content.length ? undefined : text
}

/** Seven bits a byte, from one place to another. Big numbers only where there are any: a certificate has dozens of identifiers. */
function arcValue(content: Uint8Array, start: number, end: number): number | bigint {
  if (end - start >= 4) return content.subarray(start, end + 1).reduce((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n)
  let value = 0
  for (let at = start; at <= end; at++) value = (value << 7) | ((content[at] ?? 0) & 0x7f)
  return value
}

/** The first number stands for two arcs: 40 for each step of the first, of which the last has no end. */
function firstArcs(value: number | bigint): string {
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
