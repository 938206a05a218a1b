/** The characters of an encoded text that are the secret's alone, wherever it stands in what was encoded. */
export interface BitForm {
  readonly text: string
  /** Whether the character before, and the one behind, has some bits of the secret. */
  readonly isPartBefore: boolean
  readonly isPartBehind: boolean
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const digits = '0123456789'
const base32 = [`${letters}234567`, `${digits}${letters.slice(0, 22)}`]

/** Base64 in both alphabets of RFC 4648, and base32 in both in either case. */
const alphabets: readonly string[] = [
  `${letters}${letters.toLowerCase()}${digits}+/`,
  `${letters}${letters.toLowerCase()}${digits}-_`,
  ...base32,
  ...base32.map((alphabet) => alphabet.toLowerCase()),
]

/** Base64 and base32 of a secret behind any number of other bytes (`user:` before a password). */
export function bitForms(bytes: Uint8Array): readonly BitForm[] {
  const forms = alphabets.flatMap((alphabet) => {
    const bits = Math.log2(alphabet.length)
    // After as many bytes as a character has bits, or fewer, characters and bytes begin together again.
    const places = new Set(Array.from({ length: bits }, (_, offset) => (offset * 8) % bits))
    return Array.from(places, (place) => bitForm(bytes, alphabet, bits, place))
  })
  return [...new Map(forms.map((form) => [`${form.text} ${form.isPartBefore} ${form.isPartBehind}`, form])).values()]
}

/** `place`: how many bits of the character in which the secret begins are of what stands before it. */
function bitForm(bytes: Uint8Array, alphabet: string, bits: number, place: number): BitForm {
  let text = ''
  let held = 0
  let value = 0
  let skip = place === 0 ? 0 : bits - place
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xff_ff
    held += 8
    if (skip > 0) {
      held -= skip
      skip = 0
    }
    for (; held >= bits; held -= bits) text += alphabet.charAt((value >> (held - bits)) & ((1 << bits) - 1))
  }
  return { text, isPartBefore: place > 0, isPartBehind: held > 0 }
}
