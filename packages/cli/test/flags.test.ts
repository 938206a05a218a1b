import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitCsv } from '../src/flags/csv.ts'
import type { Flag } from '../src/flags/flag.ts'
import { parseFlags } from '../src/flags/parse-flags.ts'
import { runFlags } from '../src/flags/run-flags.ts'
import { signFlags } from '../src/flags/sign-flags.ts'
import { verifyFlags } from '../src/flags/verify-flags.ts'

const flags: readonly Flag[] = [
  { name: 'step', short: 's', kind: 'string', help: '' },
  { name: 'list', short: 'a', kind: 'slice', help: '' },
  { name: 'name', kind: 'array', help: '' },
  { name: 'count', kind: 'int', help: '' },
  { name: 'trace', short: 'r', kind: 'bool', help: '' },
  { name: 'later', kind: 'string', help: '', refused: 'it comes later' },
]

describe('parseFlags', () => {
  it('reads every spelling that pflag reads', () => {
    for (const args of [['--step', 'x'], ['--step=x'], ['-s', 'x'], ['-sx'], ['-s=x']]) {
      expect(parseFlags(flags, args).flags.string('step')).toBe('x')
    }
    expect(parseFlags(flags, ['-s', '-x', '--step=']).flags.string('step')).toBe('')
  })

  it('gives no boolean the next word', () => {
    const { flags: parsed, positionals } = parseFlags(flags, ['--trace', 'false'])
    expect([parsed.bool('trace'), positionals]).toEqual([true, ['false']])
    expect(parseFlags(flags, ['--trace=false']).flags.boolOr('trace', true)).toBe(false)
    expect(parseFlags(flags, ['-r']).flags.bool('trace')).toBe(true)
  })

  it('splits slices and never arrays, and gathers both', () => {
    const { flags: parsed } = parseFlags(flags, ['-a', 'x,y', '--list="a,b",c', '--name', 'p,q', '--name', 'r'])
    expect(parsed.list('list')).toEqual(['x', 'y', 'a,b', 'c'])
    expect(parsed.list('name')).toEqual(['p,q', 'r'])
  })

  it('mixes words and flags, and takes everything after -- as words', () => {
    const { flags: parsed, positionals } = parseFlags(flags, ['echo', '-s', 'x', 'hi', '--', '-r', '--', '--unknown'])
    expect([parsed.string('step'), parsed.bool('trace'), positionals]).toEqual(['x', false, ['echo', 'hi', '-r', '--', '--unknown']])
  })

  it('tells given-empty apart from not given', () => {
    expect(parseFlags(flags, ['--list=']).flags.given('list')).toBe(true)
    expect(parseFlags(flags, []).flags.given('list')).toBe(false)
  })

  it.each([
    [['--nonsense'], 'ERR_USAGE'],
    [['-x'], 'ERR_USAGE'],
    [['--step'], 'ERR_USAGE'],
    [['--count', '1.5'], 'ERR_USAGE'],
    [['--trace=perhaps'], 'ERR_USAGE'],
    [['--list', '"open'], 'ERR_USAGE'],
    [['--later', 'x'], 'ERR_NOT_SUPPORTED'],
    [['--later'], 'ERR_NOT_SUPPORTED'],
  ])('refuses %j', (args, code) => {
    expect(() => parseFlags(flags, args)).toThrow(expect.objectContaining({ code }))
  })
})

describe('splitCsv', () => {
  it('reads back what a CSV writer writes', () => {
    const field = fc.string()
    const written = (text: string): string => (/[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text)
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), (fields) => {
        expect(splitCsv('x', fields.map(written).join(','))).toEqual(fields)
      }),
    )
  })

  it.each(['a"b', '"a"b', '"a'])('refuses %s', (text) => {
    expect(() => splitCsv('x', text)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }))
  })
})

describe('the flags of a command', () => {
  it.each([
    ['run', runFlags],
    ['sign', signFlags],
    ['verify', verifyFlags],
  ])('%s: each name and letter stands once', (_name, list) => {
    const names = list.map(({ name }) => name)
    const letters = list.flatMap(({ short }) => short ?? [])
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(letters).size).toBe(letters.length)
  })
})
