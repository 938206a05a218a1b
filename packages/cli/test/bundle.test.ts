import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEnvelope, generateKey } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { definePolicy, signPolicy } from '@cilock/policy'
import type { RegoDefinition } from '@cilock/policy'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bundleCommand } from '../bundle.ts'
import { cilock, scratch } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
let builder: GeneratedKey
const type = 'https://aflock.ai/attestations/command-run/v0.2'

const rule = (text: string): RegoDefinition => `package rule\ndeny[m] { input.exitcode != 0; m := "failed" }\n${text}`

async function writePolicy(name: string, rego?: RegoDefinition): Promise<void> {
  const policy = definePolicy({ expires: new Date('2099-01-01'), steps: { build: { functionaries: [builder.verifier], attestations: [rego === undefined ? type : { type, rego }] } } })
  writeFileSync(place.path(name), encodeEnvelope(await signPolicy({ policy, signers: [builder.signer] })))
}

beforeAll(async () => {
  await bundleCommand(place.path('dist'))
  writeFileSync(place.path('package.json'), JSON.stringify({ version: '1.2.3' }))
  builder = await generateKey('ed25519')
  writeFileSync(place.path('key.pem'), builder.privateKeyPem)
  writeFileSync(place.path('key.pub'), builder.publicKeyPem)
  // tells which files of the bundle a run loaded
  writeFileSync(place.path('loaded.cjs'), "process.on('exit', () => require('node:fs').writeFileSync('loaded.json', JSON.stringify(Object.keys(require.cache))))")
  await cilock(place.dir, ['run', '-k', 'key.pem', '-a', 'environment', '-s', 'build', '-o', 'build.json', '--', process.execPath, '-e', 'fs.writeFileSync("app", "the app")'])
  await writePolicy('plain.json')
  await writePolicy('rego.json', rule(''))
  await writePolicy('yaml.json', rule('config { yaml.is_valid(input.cmd[0]) }'))
}, 300_000)

function run(...args: readonly string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string; readonly loaded: readonly string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', place.path('loaded.cjs'), place.path('dist/main.cjs'), ...args], { cwd: place.dir, encoding: 'utf8', env: { PATH: process.env['PATH'] } })
  const loaded = (JSON.parse(readFileSync(place.path('loaded.json'), 'utf8')) as readonly string[]).filter((file) => file.startsWith(join(place.dir, 'dist')))
  return { code: status, stdout, stderr, loaded }
}

const verify = (policy: string, ...more: readonly string[]): ReturnType<typeof run> => run('verify', '-p', policy, '-k', 'key.pub', '-a', 'build.json', ...more)
const kilobytes = (files: readonly string[]): number => files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000

describe('the command as it is shipped', () => {
  it('knows its commands and its version', () => {
    expect(run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('verify') as string })
    expect(run('version').stdout).toMatch(/^cilock 1\.2\.3\n/)
    expect(run('nonsense')).toMatchObject({ code: 1, stderr: expect.stringContaining('ERR_USAGE unknown command') as string })
    expect(run('verify', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--vsa-outfile') as string })
  })

  it.each(['plain.json', 'rego.json', 'yaml.json'])('lets pass what satisfies %s, and refuses what does not', (policy) => {
    expect(verify(policy, 'app')).toMatchObject({ code: 0, stderr: expect.stringMatching(/^passed\n/) as string })
    const refused = verify(policy, 'plain.json')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^refused: ERR_SUBJECT_MISMATCH /) as string })
    expect(refused.stderr).toContain('only if that is the artifact you mean')
  })

  it('runs, signs and lints', () => {
    expect(run('run', '-s', 'test', '-k', 'key.pem', '-a', 'environment', '-o', 'test.json', '--', process.execPath, '-e', '0').code).toBe(0)
    expect(run('inspect', 'test.json').stdout).toContain('command-run')
    expect(run('policy', 'lint', 'yaml.json')).toMatchObject({ code: 0, stderr: '' })
  })

  it('loads for a verdict only what the verdict needs', () => {
    const plain = verify('plain.json', 'app').loaded
    const rego = verify('rego.json', 'app').loaded
    const yaml = verify('yaml.json', 'app').loaded
    expect(plain.length).toBeLessThanOrEqual(6)
    expect(kilobytes(plain)).toBeLessThan(290)
    expect(rego.length).toBeLessThanOrEqual(10)
    expect(kilobytes(rego)).toBeLessThan(520)
    // the library that reads YAML, for the policy that asks for it
    expect(kilobytes(yaml)).toBeGreaterThan(kilobytes(rego) + 100)
  })

  describe.skipIf(process.platform === 'win32')('compiled ahead', () => {
    const program = place.path('dist/main.cjs')
    afterEach(() => run('precompile', '--remove'))

    it('starts from the compiled code, with the same verdicts', () => {
      expect(run('precompile')).toMatchObject({ code: 0, stderr: expect.stringContaining(`compiled for Node ${process.version}`) as string })
      const passed = verify('rego.json', 'app')
      expect(passed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^passed\n/) as string, loaded: [program] })
      expect(verify('rego.json', 'plain.json')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^refused: ERR_SUBJECT_MISMATCH /) as string, loaded: [program] })
      // what was not needed when it was compiled is compiled now
      expect(verify('yaml.json', 'app')).toMatchObject({ code: 0, loaded: [program] })
      expect(run('verify', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--vsa-outfile') as string })
    })

    it('leaves compiled code alone that others can write', () => {
      run('precompile')
      const [folder = ''] = readdirSync(place.path('dist/compiled'))
      for (const open of [place.path('dist/compiled'), place.path(`dist/compiled/${folder}`)]) {
        chmodSync(open, 0o777)
        const { code, loaded } = verify('plain.json', 'app')
        expect(code).toBe(0)
        expect(loaded).toContain(place.path('dist/verify.cjs'))
        chmodSync(open, 0o755)
      }
      expect(verify('plain.json', 'app').loaded).toEqual([program])
    })

    it('leaves compiled code alone that is a link to elsewhere', () => {
      run('precompile')
      renameSync(place.path('dist/compiled'), place.path('elsewhere'))
      symlinkSync(place.path('elsewhere'), place.path('dist/compiled'))
      expect(verify('plain.json', 'app').loaded).toContain(place.path('dist/verify.cjs'))
      rmSync(place.path('elsewhere'), { recursive: true })
    })

    it('goes on where V8 refuses the compiled code, and where there is none', () => {
      run('precompile')
      const [folder = ''] = readdirSync(place.path('dist/compiled'))
      writeFileSync(place.path(`dist/compiled/${folder}/verify.cjs.v8`), 'no compiled code')
      expect(verify('rego.json', 'app').code).toBe(0)
      rmSync(place.path(`dist/compiled/${folder}/verify.cjs.v8`))
      expect(verify('rego.json', 'app').code).toBe(0)
    })

    it('removes it, and takes no arguments', () => {
      run('precompile')
      expect(run('precompile', '--remove').code).toBe(0)
      expect(existsSync(place.path('dist/compiled'))).toBe(false)
      expect(run('precompile', 'verify')).toMatchObject({ code: 1, stderr: expect.stringContaining('ERR_USAGE precompile takes no arguments') as string })
    })
  })

  it('compiles nothing ahead but the installed command', async () => {
    expect(await cilock(place.dir, ['precompile'])).toMatchObject({ code: 1, stderr: expect.stringContaining('ERR_NOT_SUPPORTED only the command as it is installed') as string })
  })

  it('brings the licenses of what is in it', () => {
    const notices = readFileSync(place.path('dist/THIRD-PARTY-NOTICES.txt'), 'utf8')
    for (const name of ['@noble/hashes', 'yaml', 'isomorphic-git']) expect(notices).toContain(`${name} `)
    expect(existsSync(place.path('dist/main.cjs'))).toBe(true)
  })
})
