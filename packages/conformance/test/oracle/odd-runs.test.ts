import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectionOf, isJsonObject, parseEnvelope, parseStatement } from '@cilock/core'
import type { Statement } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCounter } from './brought.ts'
import { signPolicy } from './chain.ts'
import { canRun, createJudge, ours, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'
import { recordedKey } from './keys.ts'

const tools = ['cilock', 'ours'] as const
const anchor = 'b'.repeat(64)
const attestation = (name: string): string => `https://aflock.ai/attestations/${name}`
const always = ['material/v0.3', 'command-run/v0.2', 'product/v0.3'].map(attestation)

/** A run that is out of the ordinary: more flags, what its command does, and what of the usual it lacks. */
interface OddRun {
  readonly flags?: readonly string[]
  /** JavaScript, with `fs` at hand. */
  readonly script: string
  readonly env?: Readonly<Record<string, string>>
  readonly attestations?: readonly string[]
}

const runs: Readonly<Record<string, OddRun>> = {
  'two digests of each file': { flags: ['--hashes', 'sha256,sha1'], script: `fs.writeFileSync('app', 'x')` },
  'gitoids': { flags: ['--hashes='], script: `fs.writeFileSync('app', 'x')` },
  'nothing made': { script: '' },
  'a command that fails, and may': { flags: ['--ignore-command-exit-code'], script: `fs.writeFileSync('app', 'x'); process.exitCode = 3` },
  'a command that is killed, and may be': { flags: ['--ignore-command-exit-code'], script: `fs.writeFileSync('app', 'x'); process.kill(process.pid, 'SIGKILL')` },
  'no materials': { flags: ['--no-default-attestor', 'material'], script: `fs.writeFileSync('app', 'x')`, attestations: ['command-run/v0.2', 'product/v0.3'].map(attestation) },
  'output that is no UTF-8, and signs that Go escapes': { script: `process.stdout.write(Buffer.from([60, 38, 62, 0xff, 0xe2, 0x80, 0xa8, 7, 0, 10])); process.stderr.write('\\ud83d\\ude00\\r\\n')` },
  'names that are odd': { script: `for (const name of ['ü ber', 'a"b', 'a\\\\b', 'a<b>&c', 'new\\nline', '\\u2028', '-r', '.hidden', 'z'.repeat(200)]) fs.writeFileSync(name, name)` },
  'links': { script: `fs.writeFileSync('app', 'x'); fs.symlinkSync('app', 'link'); fs.symlinkSync('nowhere', 'dangling'); fs.mkdirSync('d'); fs.symlinkSync('../d', 'd/up'); fs.writeFileSync('d/f', 'y'); fs.symlinkSync('d', 'to-d')` },
  'many files of one content, and empty ones': { script: `for (let i = 0; i < 50; i++) fs.writeFileSync('f' + i, i % 2 ? 'same' : '')` },
  'files in folders that are odd': { script: `fs.mkdirSync('node_modules/x/.git', { recursive: true }); fs.writeFileSync('node_modules/x/.git/HEAD', 'a'); fs.mkdirSync('vendor'); fs.writeFileSync('vendor/v', 'b'); fs.mkdirSync('empty')` },
  'a secret': { flags: ['-a', 'environment'], env: { API_TOKEN: 'this-is-a-secret-of-mine' }, script: `console.log('token: ' + process.env.API_TOKEN)`, attestations: [...always, attestation('environment/v0.1')] },
}

describe.skipIf(!canRun)(suiteName('runs that are out of the ordinary'), patience, () => {
  const counter = createCounter()
  let judge: Judge
  beforeAll(() => {
    judge = createJudge()
  })
  afterAll(counter.remove)

  const names = Object.keys(runs)

  it.concurrent.each(Object.entries(runs))('%s: both tools make evidence of the same, and both pass that of either', async (name, { flags = [], script, env = {}, attestations = always }) => {
    const [builder, release] = [await recordedKey('ed25519'), await recordedKey('ec-p256')]
    const { keyid } = builder.signer
    const policy = {
      expires: '2048-01-01T00:00:00Z',
      publickeys: { [keyid]: { keyid, key: btoa(builder.publicKeyPem) } },
      steps: { odd: { name: 'odd', functionaries: [{ type: 'publickey', publickeyid: keyid }], attestations: attestations.map((type) => ({ type })) } },
    }
    const made: Record<string, unknown> = {}
    for (const tool of tools) {
      const folder = join(counter.dir, `run ${names.indexOf(name)} of ${tool}`, 'work')
      mkdirSync(folder, { recursive: true })
      const argv = ['run', '-s', 'odd', '-k', builder.privateKeyPath, '-o', '../out.json', '--subjects', `anchor=sha256:${anchor}`, ...(flags.includes('-a') ? [] : ['-a', '']), ...flags]
      const command = ['--', process.execPath, '-e', `const fs = require('fs'); ${script}`]
      const { status, stderr } = tool === 'cilock' ? await judge.cilock(folder, [...argv, ...command], env) : await ours(folder, [...argv, ...command], env)
      expect(status, `${tool}: ${stderr.slice(-1500)}`).toBe(0)
      const envelope = parseEnvelope(readFileSync(join(folder, '..', 'out.json')))
      made[tool] = comparable(parseStatement(envelope.payload))
      const place = counter.put({ policy: await signPolicy(policy, release.signer), policyKeyPem: release.publicKeyPem, evidence: { odd: envelope }, subject: ['-s', `sha256:${anchor}`] })
      expect({ tool, ...(await judge.both(...place)) }).toMatchObject({ tool, go: 'passed', ours: 'passed' })
    }
    expect(made['ours']).toEqual(made['cilock'])
  })
})

/** All of a statement but times, the rest of the environment, and what each tool says about the protection of its own key. */
function comparable(statement: Statement): object {
  const { attestations, backrefs, name } = collectionOf(statement)
  const entries = attestations.map(({ type, attestation: predicate }) => {
    if (!isJsonObject(predicate)) return [type, predicate]
    const { _meta, variables, ...rest } = predicate
    return [type, variables === undefined || !isJsonObject(variables) ? rest : { secret: variables['API_TOKEN'] }]
  })
  return { name, backrefs, entries, subject: statement.subject.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}
