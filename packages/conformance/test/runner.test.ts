import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeEnvelope, inTotoPayloadType } from '@cilock/core'
import { afterAll, describe, expect, it } from 'vitest'
import { parseArguments } from '../src/arguments.ts'
import { failed, passed, skipped } from '../src/case.ts'
import type { Case, Outcome } from '../src/case.ts'
import { compareEvidence } from '../src/evidence/compare.ts'
import { difference } from '../src/evidence/difference.ts'
import { normalise } from '../src/evidence/normalise.ts'
import { ourCommandLine } from '../src/evidence/command-line.ts'
import { expectedOf, readExpected } from '../src/expected.ts'
import { runCases } from '../src/run-cases.ts'

const dir = mkdtempSync(join(tmpdir(), 'cilock-conformance-'))
afterAll(() => rmSync(dir, { recursive: true }))

function list(text: string): string {
  const path = join(dir, `${text.length}.json`)
  writeFileSync(path, text)
  return path
}

const one = (id: string, outcome: Outcome): Case => ({ id, kind: 'k', run: async () => outcome })

describe('the runner', () => {
  it('prints a line for everything that did not do as expected, and counts it', async () => {
    const lines: string[] = []
    const cases = [
      one('good', passed),
      one('bad', failed('why')),
      one('late', failed('not yet')),
      one('early', passed),
      one('poor', skipped('a user that is not root')),
      { id: 'broken', kind: 'k', run: async () => Promise.reject(new TypeError('boom')) },
    ]
    const expected = readExpected(list('{"ISSUE": ["late", "early", "gone", "broken"]}'))
    const tally = await runCases(cases, expected, true, (line) => lines.push(line.split('\n')[0] ?? ''))
    expect(tally).toEqual({ passed: 2, expected: new Map([['ISSUE', 1]]), failed: 4, skipped: 1 })
    expect(lines).toEqual([
      'failed bad: why',
      'failed early: passes, but is expected to fail (ISSUE)',
      'skipped poor: needs a user that is not root',
      'failed broken: the runner threw: TypeError: boom',
      'failed gone: on the list of expected failures, and no such case',
    ])
  })

  it.each(['[]', '{"x": "y"}', '{"x": [1]}', '{"x": ["a"], "y": ["a"]}', '{"": ["a"]}'])('refuses the list %s', (text) => {
    expect(() => readExpected(list(text))).toThrow(TypeError)
  })

  it('takes the list of the kind unless another or none is named', () => {
    expect(expectedOf({ kind: 'verify', expected: 'checked in' })?.list.get('tree-treesize-wrong:compat')?.reason).toBe('B19: trees are not held against their leaves')
    expect(expectedOf({ kind: 'verify', expected: 'none' })).toBeUndefined()
    expect(expectedOf({ kind: 'registry', expected: 'checked in' })).toBeUndefined()
    const path = list('{"ISSUE": ["late"]}')
    expect(expectedOf({ kind: 'verify', expected: { path } })).toEqual({ path, list: new Map([['late', { id: 'late', reason: 'ISSUE' }]]) })
    expect(() => expectedOf({ kind: 'verify', expected: { path: join(dir, 'absent') } })).toThrow('ENOENT')
  })

  it('reads its command line', () => {
    expect(parseArguments(['evidence', 'a', 'b', '--only', 'x-*'])).toEqual({ kind: 'evidence', folders: ['a', 'b'], only: 'x-*', expected: 'checked in', mode: 'both' })
    expect(parseArguments(['rego', 'a', '--expected', 'list.json']).expected).toEqual({ path: 'list.json' })
    expect(parseArguments(['rego', 'a', '--no-expected']).expected).toBe('none')
    for (const args of [[], ['evidence'], ['evidence', 'a', '--mode', 'all'], ['evidence', 'a', '--nonsense'], ['evidence', 'a', '--expected', 'x', '--no-expected']]) expect(() => parseArguments(args)).toThrow()
  })
})

describe('comparing', () => {
  it('names the first difference, whatever the order of keys', () => {
    expect(difference({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBeUndefined()
    expect(difference({ a: [1, 2] }, { a: [1, 3] })).toBe('/a/1: 2, Go has 3')
    expect(difference({ 'x/y': 1 }, {})).toBe('/x~1y: 1, Go has nothing')
    expect(difference([1], [1, 2])).toBe('/1: missing, Go has 2')
    expect(difference({ a: null }, { a: {} })).toBe('/a: null, Go has {}')
  })

  it('normalises what two runs may say differently, and nothing else', () => {
    const entry = (type: string, attestation: object): object => ({ type, attestation, starttime: 'x', endtime: 'y' })
    const left = { attestations: [entry('b', { variables: { CILOCK_FANOTIFY: '1', A: '1' } }), entry('a', { _meta: { keyGuard: 1, sections: 2, version: 3 } })] }
    const right = { attestations: [entry('a', { _meta: { version: 3 } }), entry('b', { variables: { A: '1' } })] }
    expect(normalise(left as never)).toEqual(normalise(right as never))
    expect(normalise({ attestations: [{ type: 'a', attestation: { list: [2, 1] } }] })).not.toEqual(normalise({ attestations: [{ type: 'a', attestation: { list: [1, 2] } }] }))
    const order = (...names: readonly string[]): unknown => normalise({ attestations: names.map((name) => ({ type: `https://x.test/${name}/v0.1` })) })
    expect(order('git', 'environment', 'material', 'product')).toEqual(order('environment', 'git', 'material', 'product'))
    expect(order('git', 'product', 'material')).not.toEqual(order('git', 'material', 'product'))
    expect(order('material', 'git')).not.toEqual(order('git', 'material'))
    expect(normalise({ starttime: 'x' })).not.toEqual(normalise({}))
  })

  it('compares subjects in their order, which only witness leaves to chance, and the version of the statement', () => {
    const subject = (name: string): object => ({ name, digest: { sha256: 'a'.repeat(64) } })
    const envelope = (names: readonly string[], version = 'v0.1'): Uint8Array =>
      encodeEnvelope({
        payload: new TextEncoder().encode(JSON.stringify({ _type: `https://in-toto.io/Statement/${version}`, subject: names.map(subject), predicateType: 'https://x.test/a', predicate: {} })),
        payloadType: inTotoPayloadType,
        signatures: [],
      })
    const compare = (ours: Uint8Array, theirs: Uint8Array, tool = 'cilock'): string | undefined => compareEvidence(ours, theirs, { recorded: (text) => text }, { tool })
    expect(compare(envelope(['a', 'b']), envelope(['a', 'b']))).toBeUndefined()
    expect(compare(envelope(['b', 'a']), envelope(['a', 'b']))).toBe('/subject/0/name: "b", Go has "a"')
    expect(compare(envelope(['b', 'a']), envelope(['a', 'b']), 'witness')).toBeUndefined()
    expect(compare(envelope(['a', 'a']), envelope(['a']), 'witness')).toMatch(/^\/subject\/1: .*, Go has nothing$/)
    expect(compare(envelope(['a'], 'v1'), envelope(['a']))).toMatch(/^statement type .*v1, Go has .*v0\.1$/)
  })

  it('keeps a command line but for who signs', () => {
    const key = '/src/keys/ec-p256.pem'
    const run = ['cilock', 'run', '-k', 'a', '--signer-file-cert-path=b', '-t', 'http://x', '-s', 'build', '-t=y', '--', 'sh', '-k', 'c']
    expect(ourCommandLine({ id: 'x', kind: 'run-basic', tool: 'cilock', argv: run })).toEqual(['run', '-s', 'build', '--signer-file-key-path', key, '--', 'sh', '-k', 'c'])
    const sign = ['cilock', 'sign', '-t', 'type', '-kx', '-f', 'y']
    expect(ourCommandLine({ id: 'x', kind: 'policy-cli', tool: 'cilock', argv: sign })).toEqual(['sign', '-t', 'type', '-f', 'y', '--signer-file-key-path', key])
  })

  it('keeps all of it where the case is about who signs', () => {
    const argv = ['cilock', 'run', '-k', 'a', '-t', 'http://x', '--', 'true']
    expect(ourCommandLine({ id: 'x', kind: 'signer-x509', tool: 'cilock', argv })).toEqual(argv.slice(1))
  })

  it('asks for the dialect of the tool', () => {
    const flags = ourCommandLine({ id: 'x', kind: 'witness-run', tool: 'witness', argv: ['witness', 'run', '-s', 'build', '--', 'true'] })
    expect(flags.slice(flags.indexOf('--dialect'), flags.indexOf('--dialect') + 2)).toEqual(['--dialect', 'witness'])
    expect(flags.at(-1)).toBe('true')
  })
})

describe('the program', () => {
  it.each([
    ['a pattern that is none', [dir, '--only', '[']],
    ['a case that is no JSON', [join(dir, 'broken')]],
    ['a folder without cases', [dir]],
  ])('ends with 2 for %s', (_name, args) => {
    mkdirSync(join(dir, 'broken/cases/x'), { recursive: true })
    writeFileSync(join(dir, 'broken/cases/x/case.json'), '{bad')
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const { status, stderr } = spawnSync(process.execPath, ['--conditions=@cilock/source', '--import', import.meta.resolve('tsx'), main, 'evidence', ...args], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^(?:the cases cannot be read|no case of kind evidence)/)])
  })
})
