import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { encodeEnvelope, generateKey, parseEnvelope, signEnvelope } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { definePolicy, signPolicy } from '@cilock/policy'
import type { RegoDefinition } from '@cilock/policy'
import { certificateOf, timestamperOf } from '@cilock/testing/x509'
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

/** The plain policy, signed by the holder of a certificate whose time a timestamp says. */
async function writePolicyByCertificate(name: string): Promise<void> {
  const [root, authority] = await Promise.all([certificateOf({ seed: 'root' }), certificateOf({ seed: 'authority' })])
  const leaf = await root.issue({ seed: 'release', subject: { commonName: 'release' }, fulcio: { Issuer: 'https://issuer.test' } })
  const timestamper = timestamperOf(await authority.issue({ seed: 'timestamps', kind: 'timestamper' }), () => new Date('2026-06-01T11:00:00Z'))
  const { payload, payloadType } = parseEnvelope(readFileSync(place.path('plain.json')))
  writeFileSync(place.path(name), encodeEnvelope(await signEnvelope({ payload, payloadType, signers: [leaf.signer], timestampers: [timestamper] })))
  writeFileSync(place.path('root.pem'), root.pem)
  writeFileSync(place.path('authority.pem'), authority.pem)
}

/** Calls of what an everyday rule does not: patterns, numbers that no double holds, \`with\`. */
const seldom = `
deny[m] { not glob.match("*.mjs", ["."], "a.mjs"); m := "glob" }
deny[m] { regex.replace("abc", "b+", "x") != "axc"; m := "regex" }
deny[m] { regex.find_n("a.", "abac", 1) != ["ab"]; m := sprintf("find %v", [1]) }
deny[m] { not regex.globs_match("a.*", "ab"); m := "globs" }
deny[m] { 12345678901234567890 + 1 != 12345678901234567891; m := "numbers" }
deny[m] { sprintf("%05.1f %v", [1.25, {"a": 1}]) != "001.2 {\\"a\\": 1}"; m := sprintf("text %s", ["x"]) }
other { input.exitcode == 7 }
deny[m] { not other with input as {"exitcode": 7}; m := "with" }
counts := {k: n | some k; input.cmd[k]; n := count([1 | input.cmd[k]])}
deny[m] { count(counts) == 0; m := "comprehension" }
`

beforeAll(async () => {
  await bundleCommand(place.path('dist'))
  writeFileSync(place.path('package.json'), JSON.stringify({ version: '1.2.3' }))
  builder = await generateKey('ed25519')
  writeFileSync(place.path('key.pem'), builder.privateKeyPem)
  writeFileSync(place.path('key.pub'), builder.publicKeyPem)
  // tells which files of the bundle a run loaded
  writeFileSync(
    place.path('loaded.cjs'),
    "const fs = require('node:fs'), { readFileSync } = fs, loaded = []; fs.readFileSync = (file, ...more) => { const read = readFileSync(file, ...more); loaded.push(String(file)); return read }; process.on('exit', () => fs.writeFileSync('loaded.json', JSON.stringify(loaded)))",
  )
  await cilock(place.dir, ['run', '-k', 'key.pem', '-a', 'environment', '-s', 'build', '-o', 'build.json', '--', process.execPath, '-e', 'fs.writeFileSync("app", "the app")'])
  await writePolicy('plain.json')
  await writePolicy('rego.json', rule(''))
  await writePolicy('yaml.json', rule('config { yaml.is_valid(input.cmd[0]) }'))
  await writePolicy('seldom.json', rule(seldom))
  await writePolicyByCertificate('certified.json')
}, 300_000)

function run(...args: readonly string[]): { readonly code: number | null; readonly stdout: string; readonly stderr: string; readonly loaded: readonly string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', place.path('loaded.cjs'), place.path('dist/main.cjs'), ...args], { cwd: place.dir, encoding: 'utf8', env: { PATH: process.env['PATH'] } })
  const loaded = (JSON.parse(readFileSync(place.path('loaded.json'), 'utf8')) as readonly string[]).filter((file) => file.startsWith(join(place.dir, 'dist')))
  return { code: status, stdout, stderr, loaded }
}

const verify = (policy: string, ...more: readonly string[]): ReturnType<typeof run> => run('verify', '-p', policy, '-k', 'key.pub', '-a', 'build.json', ...more)
const names = (files: readonly string[]): readonly string[] => files.map((file) => basename(file))
/** What V8 had compiled ahead of what a run loaded. */
const compiled = (files: readonly string[]): readonly string[] => names(files).filter((name) => name.endsWith('.v8'))
const kilobytes = (files: readonly string[]): number => files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000

describe('the command as it is shipped', () => {
  it('knows its commands and its version', () => {
    expect(run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('verify') as string })
    expect(run('version').stdout).toMatch(/^cilock 1\.2\.3\n/)
    expect(run('nonsense')).toMatchObject({ code: 1, stderr: expect.stringContaining('ERR_USAGE unknown command') as string })
    expect(run('verify', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--vsa-outfile') as string })
  })

  it.each(['plain.json', 'rego.json', 'yaml.json', 'seldom.json'])('lets pass what satisfies %s, and refuses what does not', (policy) => {
    expect(verify(policy, 'app')).toMatchObject({ code: 0, stderr: expect.stringMatching(/^passed\n/) as string })
    const refused = verify(policy, 'plain.json')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^refused: ERR_SUBJECT_MISMATCH /) as string })
    expect(refused.stderr).toContain('only if that is the artifact you mean')
  })

  it('takes a policy that the holder of a certificate signed, and loads what reads certificates then', () => {
    const certified = (name: string): ReturnType<typeof run> =>
      run('verify', '-p', 'certified.json', '--policy-ca-roots', 'root.pem', '--policy-timestamp-servers', 'authority.pem', '--policy-commonname', name, '--policy-fulcio-oidc-issuer', 'https://issuer.test', '-a', 'build.json', 'app')
    const passed = certified('release')
    expect(passed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^passed\n/) as string })
    expect(names(passed.loaded)).toContainEqual(expect.stringMatching(/^verify-later-certificates-/))
    expect(certified('somebody')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^refused: ERR_POLICY_SIGNATURE /) as string })
  })

  it('says of input that cannot be read what the sources say', async () => {
    writeFileSync(place.path('broken.json'), '{"payload": 1e, }')
    writeFileSync(place.path('broken.pem'), '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n')
    writeFileSync(place.path('large'), new Uint8Array(2 * 1024 * 1024))
    for (const args of [
      ['-p', 'broken.json', '-k', 'key.pub', '-a', 'build.json', 'app'],
      ['-p', 'plain.json', '-k', 'broken.pem', '-a', 'build.json', 'app'],
      ['-p', 'plain.json', '-k', 'key.pem', '-a', 'build.json', 'app'],
      ['-p', 'plain.json', '-k', 'key.pub', '-a', 'broken.json', 'app'],
      ['-p', 'plain.json', '-k', 'key.pub', '-a', 'build.json', 'large'],
      ['-p', 'plain.json', '-k', 'key.pub', '-a', 'build.json', 'absent'],
      ['-p', 'plain.json', '--policy-ca-roots', 'key.pub', '-a', 'build.json', 'app'],
    ]) {
      const { code, stdout, stderr } = run('verify', ...args)
      expect({ code, stdout, stderr }).toEqual(await cilock(place.dir, ['verify', ...args]))
      expect(code).toBe(1)
    }
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
    expect(names(plain)).toEqual(['main.cjs', 'verify.cjs'])
    expect(kilobytes(plain)).toBeLessThan(210)
    expect(names(rego)).toEqual(['main.cjs', 'verify.cjs', expect.stringMatching(/^verify-rego-/)])
    expect(kilobytes(rego)).toBeLessThan(420)
    // the library that reads YAML, for the policy that asks for it
    expect(kilobytes(yaml)).toBeGreaterThan(kilobytes(rego) + 100)
  })

  describe.skipIf(process.platform === 'win32')('compiled ahead', () => {
    afterEach(() => run('precompile', '--remove'))

    it('starts from the compiled code, with the same verdicts', () => {
      expect(run('precompile')).toMatchObject({ code: 0, stderr: expect.stringContaining(`compiled for Node ${process.version}`) as string })
      const passed = verify('rego.json', 'app')
      expect(passed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^passed\n/) as string })
      expect(compiled(passed.loaded)).toEqual(['verify.cjs.v8', expect.stringMatching(/^verify-rego-.*\.v8$/)])
      expect(verify('rego.json', 'plain.json')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^refused: ERR_SUBJECT_MISMATCH /) as string })
      // what was not needed when it was compiled is compiled now
      expect(verify('yaml.json', 'app').code).toBe(0)
      expect(verify('seldom.json', 'app').code).toBe(0)
      expect(run('verify', '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('--vsa-outfile') as string })
    })

    it('leaves compiled code alone that others can write', () => {
      run('precompile')
      const [folder = ''] = readdirSync(place.path('dist/compiled'))
      for (const open of [place.path('dist/compiled'), place.path(`dist/compiled/${folder}`)]) {
        chmodSync(open, 0o777)
        const { code, loaded } = verify('plain.json', 'app')
        expect(code).toBe(0)
        expect(compiled(loaded)).toEqual([])
        chmodSync(open, 0o755)
      }
      expect(compiled(verify('plain.json', 'app').loaded)).toEqual(['verify.cjs.v8'])
    })

    it('leaves compiled code alone that is a link to elsewhere', () => {
      run('precompile')
      renameSync(place.path('dist/compiled'), place.path('elsewhere'))
      symlinkSync(place.path('elsewhere'), place.path('dist/compiled'))
      expect(compiled(verify('plain.json', 'app').loaded)).toEqual([])
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
