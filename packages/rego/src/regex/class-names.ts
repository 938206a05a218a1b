import { rethrowExhaustion } from '../guarded.ts'

/** Ranges of `\d \s \w` and of the POSIX classes: ASCII only, as in Go. */
const ascii: Readonly<Record<string, readonly number[]>> = {
  d: [0x30, 0x39],
  s: [9, 10, 12, 13, 32, 32],
  w: [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a],
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0, 0x7f],
  blank: [9, 9, 32, 32],
  cntrl: [0, 0x1f, 0x7f, 0x7f],
  digit: [0x30, 0x39],
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [9, 13, 32, 32],
  upper: [0x41, 0x5a],
  word: [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a],
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
}

/** The ranges of a named ASCII class, or undefined. */
export const asciiClass = (name: string): readonly number[] | undefined => (Object.hasOwn(ascii, name) ? ascii[name] : undefined)

const fourLetterScripts = /^(?:Ahom|Cham|Kawi|Lisu|Miao|Modi|Newa|Thai|Toto)$/

const expression = (property: string): RegExp | undefined => {
  try {
    return new RegExp(`^\\p{${property}}$`, 'u')
  } catch (error) {
    rethrowExhaustion(error)
    return undefined // no such property
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Names that are not written as the others: as words that begin with a capital. */
const odd: Readonly<Record<string, string>> = { any: 'Any', ascii: 'ASCII', assigned: 'Assigned', cntrl: 'gc=cntrl', digit: 'gc=digit', lc: 'gc=LC', punct: 'gc=punct' }

/**
 * The Unicode general category or script that Go calls `name` (case, spaces, `_` and `-` do not matter), as an
 * expression that tests one character; undefined when there is none. As in Go 1.26, scripts of several words
 * (`Old_Italic`) are not found, and neither are the four-letter codes that JavaScript knows (`Grek`).
 */
export function unicodeProperty(name: string): RegExp | undefined {
  const plain = name.replaceAll(/[ _-]/g, '').toLowerCase()
  if (!/^[a-z]+$/.test(plain)) return undefined
  if (Object.hasOwn(odd, plain)) return expression(`${odd[plain]}`)
  const title = capital(plain)
  // The categories of two words end in one of these.
  const category = title.replace(/(?<=.)(?:letter|mark|number|punctuation|separator|symbol|use)$/, (word) => `_${capital(word)}`)
  return expression(`gc=${category}`) ?? (title.length < 3 || (title.length === 4 && !fourLetterScripts.test(title)) ? undefined : expression(`Script=${title}`))
}
