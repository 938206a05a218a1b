import { execFileSync } from 'node:child_process'
import { redactor } from '@cilock/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const secret = 'p@ss/wörd+<1>?-and-"more"'
const redact = redactor([secret])
const hexOf = (text: string, separator = ''): string => Array.from(Buffer.from(text), (byte) => byte.toString(16).padStart(2, '0')).join(separator)
const percentOf = (text: string): string => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

describe('a secret in hexadecimal', () => {
  it.each([
    ['without anything between', hexOf(secret), '[REDACTED]'],
    ['in capitals', hexOf(secret).toUpperCase(), '[REDACTED]'],
    ['in both cases', hexOf(secret).replaceAll(/[a-f]/g, (digit, at: number) => (at % 3 === 0 ? digit.toUpperCase() : digit)), '[REDACTED]'],
    ['with blanks', hexOf(secret, ' '), '[REDACTED]'],
    ['with colons', hexOf(secret, ':'), '[REDACTED]'],
    ['with dashes', hexOf(secret, '-'), '[REDACTED]'],
    ['with commas', hexOf(secret, ', '), '[REDACTED]'],
    ['a line for each byte', hexOf(secret, '\r\n'), '[REDACTED]'],
    ['as a buffer is shown', `<Buffer ${hexOf(secret, ' ')}>`, '<Buffer [REDACTED]>'],
    ['as text in C', `"\\x${hexOf(secret, '\\x')}"`, '"[REDACTED]"'],
    ['as an array in C', `{\n    0x${hexOf(secret, ',\n    0x')}\n}`, '{\n    0x[REDACTED]\n}'],
    ['as JSON escapes', `"\\u00${hexOf(secret, '\\u00')}"`, '"\\u00[REDACTED]"'],
    ['as HTML escapes', `&#x${hexOf(secret, ';&#x')};`, '&#x[REDACTED];'],
    ['as quoted printable', `=${hexOf(secret, '=').replaceAll(/.{30}/g, '$&=\n')}`, '=[REDACTED]'],
    ['as strings', `["${hexOf(secret, '", "')}"]`, '["[REDACTED]"]'],
  ])('%s', (_form, written, expected) => {
    expect(redact(`<< ${written} >>`)).toBe(`<< ${expected} >>`)
  })

  it('is told where another byte stands in it, and where its bytes are too far apart to belong together', () => {
    const [first, rest] = [hexOf(secret).slice(0, 10), hexOf(secret).slice(10)]
    for (const between of ['00', ' x ', ' '.repeat(65)]) expect(redact(first + between + rest)).toBe(first + between + rest)
    expect(redact(`${first}${' '.repeat(64)}${rest}`)).toBe('[REDACTED]')
  })

  it('is found every time, between bytes that are not its', () => {
    expect(redact(`00 ${hexOf(secret, ' ')} ff ${hexOf(secret, ':')}\n${hexOf(secret)}`)).toBe('00 [REDACTED] ff [REDACTED]\n[REDACTED]')
  })

  it('of less than eight bytes is not looked for', () => {
    expect(redactor(['1234567'])(`1234567 ${hexOf('1234567')}`)).toBe(`[REDACTED] ${hexOf('1234567')}`)
  })

  it('takes no more than linear time, whatever the text is made of', () => {
    for (const piece of ['0x', 'ab ', '\\u00', '%', '\n0000 ab  ', hexOf(secret, ' ').slice(0, -1), `${hexOf(secret, ' ')}\n`, '8314057368377845879 ', '0000000 167 150 141\n*\n', '160 100 163\n*\n', 'p @ s ', '\n\n*\n', '0000 p @\n        70 40\n']) {
      const text = piece.repeat(2 ** 19 / piece.length)
      expect(redact(text).length).toBeLessThanOrEqual(text.length)
    }
  })
})

describe('a secret in a dump', () => {
  const around = 'what was before it and '
  const bytes = Buffer.from(`${around}${secret}, and behind`)
  /** What the characters of a dump show. */
  const shown = (part: Uint8Array): string => Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
  const lines = (width: number, line: (part: Buffer, offset: number) => string): string =>
    Array.from({ length: Math.ceil(bytes.length / width) }, (_, index) => `${line(bytes.subarray(index * width, (index + 1) * width), index * width)}\n`).join('')
  const offset = (at: number, length: number): string => at.toString(16).padStart(length, '0')
  const grouped = (part: Buffer, size: number): string => part.toString('hex').replaceAll(new RegExp(`.{${size * 2}}(?=.)`, 'g'), '$& ')

  const dumps: readonly (readonly [name: string, dump: string])[] = [
    ['xxd', lines(16, (part, at) => `${offset(at, 8)}: ${grouped(part, 2).padEnd(39)}  ${shown(part)}`)],
    ['xxd -g 1', lines(16, (part, at) => `${offset(at, 8)}: ${grouped(part, 1).padEnd(47)}  ${shown(part)}`)],
    ['xxd -c 7 -u', lines(7, (part, at) => `${offset(at, 8)}: ${grouped(part, 2).toUpperCase().padEnd(17)}  ${shown(part)}`)],
    ['xxd -p', lines(30, (part) => part.toString('hex'))],
    ['xxd -i', lines(12, (part) => `  0x${grouped(part, 1).replaceAll(' ', ', 0x')},`)],
    ['hexdump -C', lines(16, (part, at) => `${offset(at, 8)}  ${[grouped(part.subarray(0, 8), 1), grouped(part.subarray(8), 1)].join('  ').padEnd(48)}  |${shown(part)}|`)],
    ['hd in lines that end as on Windows', lines(16, (part, at) => `${offset(at, 8)}  ${grouped(part, 1).padEnd(48)}  |${shown(part)}|\r`)],
    ['tcpdump -X', lines(16, (part, at) => `\t0x${offset(at, 4)}:  ${grouped(part, 2).padEnd(39)}  ${shown(part)}`)],
    ['od of BSD', lines(16, (part, at) => `${offset(at, 7)}    ${grouped(part, 1).replaceAll(' ', '  ')}`)],
    ...['-tx1', '-An -tx1', '-Ax -tx1z', '-tx1 -w5', '-Ad -tx1z -v'].map((flags) => [`od ${flags}`, execFileSync('od', flags.split(' '), { input: bytes, encoding: 'utf8' })] as const),
  ]

  it.each(dumps)('%s', (_name, dump) => {
    const result = redact(dump)
    expect(result).toContain('[REDACTED]')
    // What is left holds neither the secret's bytes nor any four of its characters.
    const left = result.replaceAll(/^[ \t]*(?:0x)?[0-9A-Fa-f]{4,8}:? /gm, '').replaceAll('[REDACTED]', '!')
    const digits = left.replaceAll(/0x|[ ,\n\r]|\|.*$|>.*$/gm, '').toLowerCase()
    for (let at = 0; at + 4 <= Buffer.from(secret).length; at++) {
      const piece = Buffer.from(secret).subarray(at, at + 4)
      expect(digits).not.toContain(piece.toString('hex'))
      expect(left).not.toContain(shown(piece))
    }
    expect(digits).toContain(Buffer.from('what wa').toString('hex'))
  })

  it('alone, whatever stands in its lines besides', () => {
    expect(redact(`12345 ${hexOf(secret)}  and more\n`)).toBe('12345 [REDACTED]  and more\n')
    expect(redact(`2026 ${hexOf(secret, ' ')} and more`)).toBe('2026 [REDACTED] and more')
  })
})

describe('a secret with escapes', () => {
  it.each([
    ['all bytes percent-encoded', percentOf(secret)],
    ['all bytes percent-encoded in capitals', percentOf(secret).toUpperCase()],
    ['a URL as a whole', encodeURI(secret)],
    ['a URL component', encodeURIComponent(secret)],
    ['a form field', new URLSearchParams({ x: secret }).toString().slice(2)],
    ['one byte percent-encoded that need not be', encodeURIComponent(secret).replace('n', '%6E')],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['JSON in ASCII', JSON.stringify(secret).slice(1, -1).replaceAll('ö', '\\u00f6')],
    ['JSON with escaped slashes, as PHP writes it', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    ['JSON for HTML', JSON.stringify(secret).slice(1, -1).replaceAll('<', '\\u003C').replaceAll('>', '\\u003E')],
    ['source with single quotes', secret.replaceAll(/[<>]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`)],
  ])('%s', (_form, written) => {
    expect(redact(`%41\\n<< ${written} >>%41\\n ${written}`)).toBe('%41\\n<< [REDACTED] >>%41\\n [REDACTED]')
  })

  it('of several lines, in JSON', () => {
    const redactLines = redactor(['first line\nsecond line\n'])
    expect(redactLines(JSON.stringify({ key: 'first line\nsecond line\n' }))).toBe('{"key":"[REDACTED]"}')
    expect(redactLines(JSON.stringify({ key: '  second line' }))).toBe('{"key":"  [REDACTED]"}')
  })

  it('of which one holds what looks like an escape', () => {
    const tricky = redactor(['a%41b\\n12'])
    expect(tricky('<a%41b\\n12>')).toBe('<[REDACTED]>')
    expect(tricky(`<${encodeURIComponent('a%41b\\n12')}>`)).toBe('<[REDACTED]>')
    expect(tricky(JSON.stringify('a%41b\\n12'))).toBe('"[REDACTED]"')
  })
})

describe('redactor', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('ab01fF%\\/:"x+ -_.\n\r\tü😀')), minLength: 8, maxLength: 30 }).filter((each) => each.trim() === each)
  const filler = fc.string({ unit: fc.constantFrom(...Array.from('zq%\\ \n0x:ab|')), maxLength: 20 })
  /** No form that is wrapped at its end may run into what follows. */
  const fence = '§'
  const form = fc.constantFrom<(plain: string) => string>(
    (plain) => plain,
    (plain) => hexOf(plain),
    (plain) => hexOf(plain, ' ').toUpperCase(),
    (plain) => hexOf(plain).replaceAll(/.{14}/g, '$&\n'),
    (plain) => `\\x${hexOf(plain, '\\x')}`,
    percentOf,
    encodeURI,
    encodeURIComponent,
    (plain) => JSON.stringify(plain).slice(1, -1),
    (plain) => Buffer.from(plain).toString('base64').replaceAll(/.{8}/g, '$&\n'),
  )

  it('takes out the secret, and nothing that stands apart from it', () => {
    fc.assert(
      fc.property(text, filler, filler, form, (planted, before, after, write) => {
        const result = redactor([planted])(`${before}${fence}${write(planted)}${fence}${after}`)
        const [ahead, middle = '', behind] = result.split(fence)
        expect([ahead, behind]).toEqual([before, after])
        expect(middle).toMatch(/^(?:\\x)?\[REDACTED\]\n?$/)
      }),
      { numRuns: 3_000 },
    )
  })

  it('leaves a text alone that does not have it', () => {
    const other = redactor(['never-in-any-of-these'])
    fc.assert(
      fc.property(fc.string(), filler, (some, more) => {
        expect(other(some + more)).toBe(some + more)
      }),
      { numRuns: 1_000 },
    )
    expect(redactor([])(secret)).toBe(secret)
    expect(redactor([''])(secret)).toBe(secret)
  })

  it('finds what stands there a million times', () => {
    expect(redactor(['12345678'])('12345678 '.repeat(1_000_000))).toBe('[REDACTED] '.repeat(1_000_000))
  })
})
