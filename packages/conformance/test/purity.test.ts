import { spawnSync } from 'node:child_process'
import { createReadStream, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CilockError, encodeBase64 } from '@cilock/core'
import { readBundle } from '@cilock/image/node'
import type { RulesPreset } from '@cilock/policy'
import { knownTypes } from '@cilock/sdk'
import { skipped, vectors } from '@cilock/vectors'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { readInputData } from '../src/verify/command-line.ts'
import type { PureCase } from '../src/verify/pure-judge.ts'
import { caseFolders, readVerifyCase } from '../src/verify/recording.ts'
import { rulesOf } from '../src/verify/rules-of.ts'
import { decide } from '../src/verify/run-case.ts'

const part = 'golden/verify'
const folder = vectors(part)
const permission = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'

/** Whatever a verdict must not depend on is refused before anything else is run, beside what the permission model refuses. */
const refusing = `{
const RealDate = Date
const refuse = (what) => () => { throw new TypeError('a verdict looked at ' + what) }
globalThis.Date = class extends RealDate {
  constructor(...given) { if (given.length === 0) refuse('the clock')(); super(...given) }
  static now = refuse('the clock')
}
performance.now = refuse('the clock')
Math.random = refuse('chance')
crypto.getRandomValues = refuse('chance')
globalThis.fetch = refuse('the network')
globalThis.WebSocket = refuse('the network')
Object.defineProperty(process, 'env', { get: refuse('the environment') })
process.cwd = refuse('the directory')
process.hrtime = refuse('the clock')
}
`

const denied = 'ERR_ACCESS_DENIED'

/** The judge with all it imports, for a platform that has no modules of its own. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../src/verify/', import.meta.url)), loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    conditions: ['@cilock/source', 'browser'],
    mainFields: ['module', 'main'],
    write: false,
    logLevel: 'silent',
  })
  return outputFiles.map(({ text }) => text).join('')
}

/** Runs a program that it reads from its input, as nothing else is there to be read. */
function runWithNothing(program: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [permission, '--no-warnings', '--input-type=module', '-'], { input: program, encoding: 'utf8', env: {}, maxBuffer: 2 ** 26 })
}

describe.skipIf(folder === undefined)(folder === undefined ? skipped(part) : 'a verdict', () => {
  it('needs no file, process, network, clock, chance or environment: every recorded case, with nothing granted', { timeout: 300_000 }, async () => {
    const [cases, expected, skippedCases]: [PureCase[], string[], string[]] = [[], [], []]
    for (const path of folder === undefined ? [] : caseFolders(folder)) {
      const recorded = readVerifyCase(path)
      for (const preset of ['strict', 'compat'] as const satisfies readonly RulesPreset[]) {
        const { verdict, code = '' } = await decide(path, recorded, knownTypes, preset)
        const made = await pureCase(path, recorded, preset)
        if (made === undefined) skippedCases.push(recorded.id)
        else {
          cases.push(made)
          expected.push(verdict === 'pass' ? 'passed' : code)
        }
      }
    }
    const judge = await bundle(`
import { judgePurely } from './pure-judge.ts'
const said = []
for (const each of globalThis.cases) said.push(await judgePurely(each))
process.stdout.write(JSON.stringify(said))
`)
    const given = `globalThis.cases = JSON.parse(${JSON.stringify(JSON.stringify(cases))})\n`
    const { status, stdout, stderr } = runWithNothing(given + refusing + judge)
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual(expected)
    expect(expected.filter((verdict) => verdict === 'passed').length).toBeGreaterThan(200)
    // command lines that are no question of policies
    expect(skippedCases.length).toBeLessThan(cases.length / 10)
  })

  it.each([
    ['a file', `await import('node:fs').then(({ readFileSync }) => readFileSync('/etc/hostname'))`, denied],
    ['a process', `await import('node:child_process').then(({ execFileSync }) => execFileSync('/bin/true'))`, denied],
    ['a worker', `new (await import('node:worker_threads')).Worker('', { eval: true })`, denied],
    ['the clock', 'new Date()', 'a verdict looked at the clock'],
    ['the environment', 'process.env', 'a verdict looked at the environment'],
    ['the network', `fetch('http://127.0.0.1')`, 'a verdict looked at the network'],
    ['chance', 'crypto.getRandomValues(new Uint8Array(1))', 'a verdict looked at chance'],
  ])('%s would be noticed', (_what, program, message) => {
    // Node's own loader looks at the environment
    const { status, stderr } = runWithNothing(message === denied ? program : refusing + program)
    expect(status).not.toBe(0)
    expect(stderr).toContain(message)
  })
})

/** All that a recorded case hands in; undefined where its command line, or a file that it names, is the point. */
async function pureCase(path: string, recorded: ReturnType<typeof readVerifyCase>, preset: RulesPreset): Promise<PureCase | undefined> {
  try {
    const { policy, attestations, bundles, ...rest } = readInputData(path, recorded)
    if (new Set(attestations).size < attestations.length) return undefined
    const evidence = attestations.map((reference) => ({ reference, bytes: encodeBase64(readFileSync(reference)) }))
    for (const bundle of bundles) {
      const { envelopes } = await readBundle(createReadStream(bundle), { name: bundle })
      evidence.push(...envelopes.map(({ bytes }, index) => ({ reference: `${bundle}#${index}`, bytes: encodeBase64(bytes) })))
    }
    return { ...rest, policy: encodeBase64(policy), evidence, now: recorded.clock, rules: rulesOf(preset, recorded) }
  } catch (error) {
    if (CilockError.is(error) || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) return undefined
    throw error
  }
}
