import { execFileSync, spawnSync } from 'node:child_process'
import { redactor } from '@cilock/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascii85, base32, base85, dumpOf, lettersOf, rfc1924, z85 } from './dumps.ts'
import type { Shown } from './dumps.ts'

const secret = 'p@ss/wörd+<1>?-and-"more"'
const redact = redactor([secret])
const before = 'what was before it and '
const bytes = Buffer.from(`${before}${secret}, and what comes behind`)

const octal = [8, 7] as const

const shown: Readonly<Record<string, Shown>> = {
  od: { size: 2, base: 8, zeros: 6, width: 7, offsets: octal },
  'od -b': { size: 1, base: 8, zeros: 3, width: 4, offsets: octal },
  'od -to4': { size: 4, base: 8, zeros: 11, width: 12, offsets: octal },
  'od -to8': { size: 8, base: 8, zeros: 22, width: 23, offsets: octal },
  'od -tx1': { size: 1, base: 16, zeros: 2, width: 3, offsets: octal },
  'od -tx2': { size: 2, base: 16, zeros: 4, width: 5, offsets: octal },
  'od -tx4': { size: 4, base: 16, zeros: 8, width: 9, offsets: octal },
  'od -tx8': { size: 8, base: 16, zeros: 16, width: 17, offsets: octal },
  'od --endian=big -tx4': { size: 4, base: 16, zeros: 8, width: 9, isBig: true, offsets: octal },
  'od -td1': { size: 1, base: 10, width: 5, isSigned: true, offsets: octal },
  'od -tu1': { size: 1, base: 10, width: 4, offsets: octal },
  'od -td2': { size: 2, base: 10, width: 7, isSigned: true, offsets: octal },
  'od -td4': { size: 4, base: 10, width: 12, isSigned: true, offsets: octal },
  'od -td8': { size: 8, base: 10, width: 21, isSigned: true, offsets: octal },
  'od -tu8': { size: 8, base: 10, width: 21, offsets: octal },
  'od --endian=big -tu4': { size: 4, base: 10, width: 11, isBig: true, offsets: octal },
  'od -An -tx2': { size: 2, base: 16, zeros: 4, width: 5 },
  'od -Ad -to2': { size: 2, base: 8, zeros: 6, width: 7, offsets: [10, 7] },
  'od -Ax -tx4': { size: 4, base: 16, zeros: 8, width: 9, offsets: [16, 6] },
  hexdump: { size: 2, base: 16, zeros: 4, width: 5, offsets: [16, 7], isFilled: true },
  'hexdump -d': { size: 2, base: 10, zeros: 5, width: 8, offsets: [16, 7], isFilled: true },
  'hexdump -o': { size: 2, base: 8, zeros: 6, width: 8, offsets: [16, 7], isFilled: true },
}
const dumps = Object.entries(shown)

/** The program's own output; undefined where it is not. */
function outputOf(command: string, input: Uint8Array): string | undefined {
  const [program = '', ...args] = command.split(' ')
  return spawnSync(program, ['--version']).error === undefined ? execFileSync(program, args, { input, encoding: 'utf8' }) : undefined
}

/** What is to be left of a dump in which the secret stands behind so many bytes. */
function expected(all: Uint8Array, from: number, form: Shown, length = Buffer.byteLength(secret)): string {
  const { text, places } = dumpOf(all, form)
  return `${text.slice(0, places[from]?.start)}[REDACTED]${text.slice(places[from + length - 1]?.end)}`
}

describe('a secret in a dump of numbers', () => {
  it.each(dumps)('%s', (_command, form) => {
    expect(redact(dumpOf(bytes, form).text)).toBe(expected(bytes, before.length, form))
    // At any place in a word, and as the end of the dump.
    for (let at = 0; at < 17; at++) expect(redact(dumpOf(Buffer.from('x'.repeat(at) + secret), form).text)).toBe(expected(Buffer.from('x'.repeat(at) + secret), at, form))
  })

  it.each(dumps)('%s leaves another text alone', (_command, form) => {
    const { text } = dumpOf(Buffer.from(bytes.toString().replace('wörd', 'ward')), form)
    expect(redact(text)).toBe(text)
  })

  it.each(dumps)('%s is as the program writes it', (command, form) => {
    for (const input of [bytes, Buffer.from(`${'a'.repeat(100)}${secret}${'b'.repeat(64)}c`)]) expect(outputOf(command, input) ?? dumpOf(input, form).text).toBe(dumpOf(input, form).text)
  })

  it.each(dumps)('%s, where lines are left out', (_command, form) => {
    const repeated = `begin-${'='.repeat(73)}-end of the secret`
    const redactRepeated = redactor([repeated])
    for (let at = 0; at < 16; at++) {
      const all = Buffer.from('x'.repeat(at) + repeated)
      const result = redactRepeated(dumpOf(all, form).text)
      // Without offsets nobody knows how many lines there were, and this secret says it by having other bytes on both sides.
      if (form.offsets !== undefined) expect(result).toBe(expected(all, at, form, repeated.length))
    }
    const same = redactor(['='.repeat(40)])
    const result = same(dumpOf(Buffer.from(`x${'='.repeat(100)}`), form).text)
    expect(result).toContain('[REDACTED]')
    expect(result).not.toContain('*')
  })
})

describe('a secret in what other programs write', () => {
  const list: readonly number[] = [...Buffer.from(secret)]
  const signed = list.map((byte) => (byte << 24) >> 24)
  it.each([
    ['a list of numbers', `[${list.join(', ')}]`, '[[REDACTED]]'],
    ['a list of numbers, as Go writes it', `[${list.join(' ')}]`, '[[REDACTED]]'],
    ['a buffer in JSON', JSON.stringify(Buffer.from(secret)), '{"type":"Buffer","data":[[REDACTED]]}'],
    ['numbers with signs, as Java writes them', `[${signed.join(', ')}]`, '[[REDACTED]]'],
    ['a number in each line', list.join('\n'), '[REDACTED]'],
    ['entities of HTML', list.map((byte) => `&#${byte};`).join(''), '&#[REDACTED];'],
    ['octal escapes', list.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''), '[REDACTED]'],
    ['octal escapes of what is no letter', secret.replace('ö', '\\303\\266'), '[REDACTED]'],
    ['hexadecimal escapes of what is no letter', secret.replace('ö', '\\xc3\\xb6'), '[REDACTED]'],
    ['binary digits', list.map((byte) => byte.toString(2).padStart(8, '0')).join(' '), '[REDACTED]'],
    ['letters with blanks between them', Array.from(secret.replaceAll(' ', '')).join(' '), '[REDACTED]'],
  ])('%s', (_name, written, result) => {
    expect(redact(`<< ${written} >>`)).toBe(`<< ${result} >>`)
  })

  const commands = ['od -c', 'od -a', 'od -tx1 -c', 'od -tx2z', 'od -tx8z', 'od -to2 -tx1 -td4', 'hexdump -c', 'hexdump -b', 'hexdump -x', 'hexdump -C', 'xxd', 'xxd -e', 'xxd -e -g 2', 'xxd -e -g 8', 'xxd -b', 'xxd -b -c 4', 'xxd -i', 'base32', 'base32 -w 20']
  it.each(commands)('%s', (command) => {
    for (let at = 0; at < 16; at++) {
      const input = Buffer.from(`${'x'.repeat(at)}${secret}`)
      const output = outputOf(command, input)
      if (output === undefined) return
      expect(redact(output)).toContain('[REDACTED]')
      const left = redact(output).replaceAll(/\[REDACTED\]|^[0-9A-Fa-f]{6,8}:?|unsigned.*|[{}]|0x|[|<>]/gm, '')
      if (at === 0) expect(left.trim()).toBe('')
      for (const piece of ['wör', 'w..rd', '-and-', 'more', 'p@ss']) expect(redact(output)).not.toContain(piece)
    }
  })
})

describe('a secret in base 32 and base 85', () => {
  it('is taken out wherever it stands in what was encoded', () => {
    for (let at = 0; at < 10; at++) {
      const all = Buffer.from(`${'x'.repeat(at)}${secret}${'y'.repeat(at)}`)
      const own = base32(all)
      expect(redact(`<< ${own} >>`)).toMatch(/^<< \S{0,15}\[REDACTED\]\S{0,22} >>$/)
      expect(redact(`<< ${own.toLowerCase()} >>`)).toMatch(/^<< \S{0,15}\[REDACTED\]\S{0,22} >>$/)
      expect(redact(own.replaceAll(/.{13}/g, '$&\n'))).not.toContain(own.slice(20, 30))
      for (const alphabet of [ascii85, z85, rfc1924]) {
        const text = base85(all, alphabet)
        expect(redact(`<~${text}~>`)).toMatch(/^<~\S{0,13}\[REDACTED\]\S{0,13}~>$/)
        expect(redact(`  ${text.replaceAll(/.{11}/g, '$&\n')}\nand behind`)).not.toContain(text.slice(20, 26))
      }
    }
  })

  it('is as programs write it', () => {
    expect(outputOf('base32 -w 0', bytes) ?? base32(bytes)).toBe(base32(bytes))
    const aligned = bytes.subarray(0, bytes.length - (bytes.length % 4))
    expect(outputOf('basenc --z85 -w 0', aligned) ?? base85(aligned, z85)).toBe(base85(aligned, z85))
    expect(base85(Buffer.from('hello world'), ascii85)).toBe('BOu!rD]j7BEbo7')
  })
})

describe('a planted secret', () => {
  const text = fc.string({ unit: fc.constantFrom(...Array.from('abyzAZ01459-_/+@:.%"<ü€😀\n\t')), minLength: 8, maxLength: 40 }).filter((each) => each.trim() === each)
  const filler = fc.uint8Array({ maxLength: 60 }).map((each) => Buffer.from(each))
  const form = fc.constantFrom(...dumps.map(([, each]) => each))

  it('is taken out of any dump of numbers, and nothing else is', () => {
    fc.assert(
      fc.property(text, filler, filler, form, (planted, ahead, behind, shownAs) => {
        const all = Buffer.concat([ahead, Buffer.from(planted), behind])
        fc.pre(!Buffer.concat([all.subarray(0, ahead.length + 1), all.subarray(ahead.length + 1)]).subarray(ahead.length + 1).includes(planted) && all.indexOf(planted) === ahead.length)
        expect(redactor([planted])(dumpOf(all, shownAs).text)).toBe(expected(all, ahead.length, shownAs, Buffer.byteLength(planted)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is taken out of a dump of letters, of base 32 and of base 85', () => {
    fc.assert(
      fc.property(text, filler, filler, (planted, ahead, behind) => {
        fc.pre(planted.replaceAll(/\s/g, '').length >= 8)
        const all = Buffer.concat([ahead, Buffer.from(planted), behind])
        for (const written of [lettersOf(all), base32(all), ...[ascii85, z85, rfc1924].map((alphabet) => base85(all, alphabet))]) {
          expect(redactor([planted])(`\n${written}\n`)).toContain('[REDACTED]')
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('that is not there changes no text of numbers', () => {
    const number = fc.oneof(fc.nat(300).map(String), fc.integer().map(String), fc.bigInt(0n, 2n ** 70n).map(String), fc.nat().map((each) => each.toString(16)), fc.constantFrom('*\n', '0000020 ', '\n', '00000010: ', '0x', '-', ', '))
    const other = redactor([secret, 'never-in-any-of-these'])
    fc.assert(
      fc.property(fc.array(number, { maxLength: 60 }), fc.constantFrom(' ', ',', '\n', ''), (numbers, between) => {
        const plain = numbers.join(between)
        expect(other(plain)).toBe(plain)
      }),
      { numRuns: 1_000 },
    )
  })
})
