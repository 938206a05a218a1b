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

const special: Readonly<Record<string, string>> = { any: 'Any', assigned: 'Assigned', ascii: 'ASCII' }

const expression = (name: string): RegExp | undefined => {
  try {
    return new RegExp(`^\\p{${name}}$`, 'u')
  } catch {
    return undefined
  }
}

/** JavaScript's spelling of a name: each word of a script begins with a capital, `_` between the words. */
const spellings = (name: string): readonly string[] => {
  const words = name
    .split(/[ _-]/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
  return [words.join('_'), words.join(''), ...(words.length > 1 ? [words[0] + words.slice(1).join('').toLowerCase()] : [])]
}

/**
 * The Unicode general category or script that Go calls `name` (case, spaces, `_` and `-` do not matter), as an
 * expression that tests one character; undefined when there is none. JavaScript's two- to four-letter aliases of
 * scripts (`Grek`) are not names of Go and are refused.
 */
export function unicodeProperty(name: string): RegExp | undefined {
  const plain = name.replaceAll(/[ _-]/g, '').toLowerCase()
  if (plain === '' || !/^[a-z]+$/.test(plain)) return undefined
  if (Object.hasOwn(special, plain)) return expression(special[plain] ?? '')
  if (plain === 'lc') return expression('LC')
  for (const spelled of spellings(name)) {
    const category = expression(`General_Category=${spelled}`)
    if (category !== undefined) return category
  }
  return script(plain)
}

const twoWordScripts =
  'Anatolian_Hieroglyphs Bassa_Vah Canadian_Aboriginal Caucasian_Albanian Cypro_Minoan Dives_Akuru Egyptian_Hieroglyphs Gunjala_Gondi Hanifi_Rohingya ' +
  'Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Kayah_Li Khitan_Small_Script Linear_A Linear_B Masaram_Gondi Meetei_Mayek Mende_Kikakui ' +
  'Meroitic_Cursive Meroitic_Hieroglyphs Nag_Mundari New_Tai_Lue Nyiakeng_Puachue_Hmong Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic ' +
  'Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Pahawh_Hmong Pau_Cin_Hau Phags_Pa Psalter_Pahlavi Sora_Sompeng Syloti_Nagri ' +
  'Tai_Le Tai_Tham Tai_Viet Zanabazar_Square'

function script(plain: string): RegExp | undefined {
  const compound = twoWordScripts.split(' ').find((known) => known.replaceAll('_', '').toLowerCase() === plain)
  if (compound !== undefined) return expression(`Script=${compound}`)
  if (plain === 'nko' || plain === 'signwriting') return expression(`Script=${plain === 'nko' ? 'Nko' : 'SignWriting'}`)
  const name = plain.charAt(0).toUpperCase() + plain.slice(1)
  // Four letters may be an ISO 15924 alias; the scripts whose own name has four letters are few.
  if (plain.length === 4 && !/^(?:cham|lisu|miao|modi|thai|toto|wancho|newa|dogra|yezi)$/.test(plain)) return undefined
  return expression(`Script=${name}`)
}
