import type { Span } from './span.ts'

/** Ascii85 of btoa and Adobe, Z85 of ZeroMQ, and that of RFC 1924, which git and Python use. */
const alphabets: readonly string[] = [
  Array.from({ length: 85 }, (_, index) => String.fromCharCode(0x21 + index)).join(''),
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#',
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~',
]

/** A secret in base 85, for one place in the groups of four bytes that five characters stand for. */
export interface Base85Form {
  readonly alphabet: string
  /** The groups that are the secret's alone. */
  readonly text: string
  /** Its bytes in the group before, and in the one behind. */
  readonly before: Uint8Array
  readonly behind: Uint8Array
}

/** A secret in base 85 behind any number of other bytes. It has at least eight bytes, so that some group is its own. */
export function base85Forms(bytes: Uint8Array): readonly Base85Form[] {
  return alphabets.flatMap((alphabet) =>
    [0, 1, 2, 3].map((shared) => {
      const end = bytes.length - ((bytes.length - shared) % 4)
      let text = ''
      for (let at = shared; at < end; at += 4) text += groupOf(numberOf(bytes.subarray(at, at + 4)), alphabet)
      return { alphabet, text, before: bytes.subarray(0, shared), behind: bytes.subarray(end) }
    }),
  )
}

/** Where the whole secret stands, of whose own groups `found` is; undefined when what is around them is not its. */
export function base85Span(text: string, found: Span, { alphabet, before, behind }: Base85Form): Span | undefined {
  let { start, end } = found
  if (before.length > 0) {
    start -= 5
    const group = valueOf(text.slice(Math.max(0, start), found.start), alphabet)
    if (start < 0 || group === undefined || group % 256 ** before.length !== numberOf(before)) return undefined
  }
  if (behind.length > 0) {
    // A last group has a character more than bytes, and the others do not say anything about these.
    const count = behind.length + 1
    end += count
    const first = valueOf(text.slice(found.end, end), alphabet)
    if (first === undefined || end > text.length) return undefined
    const [step, room] = [85 ** (5 - count), 256 ** (4 - behind.length)]
    const least = numberOf(behind) * room
    if (first * step >= least + room || (first + 1) * step <= least) return undefined
  }
  return { start, end }
}

const numberOf = (bytes: Uint8Array): number => bytes.reduce((number, byte) => number * 256 + byte, 0)

function groupOf(number: number, alphabet: string): string {
  return Array.from({ length: 5 }, (_, index) => alphabet.charAt(Math.floor(number / 85 ** (4 - index)) % 85)).join('')
}

function valueOf(text: string, alphabet: string): number | undefined {
  let value = 0
  for (const character of text) {
    const digit = alphabet.indexOf(character)
    if (digit === -1) return undefined
    value = value * 85 + digit
  }
  return value
}
