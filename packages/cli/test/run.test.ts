import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { collectionOf, generateKey, importVerifier, parseEnvelope, parseStatement, statementOf, verifyEnvelope } from '@cilock/core'
import type { Collection } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
let publicKey = ''
beforeAll(async () => {
  const { privateKeyPem, publicKeyPem } = await generateKey('ed25519')
  publicKey = publicKeyPem
  writeFileSync(place.path('key.pem'), privateKeyPem)
  mkdirSync(place.path('work'))
  writeFileSync(place.path('work/source.txt'), 'source\n')
})

const node = process.execPath
const run = async (...argv: readonly string[]) => cilock(place.dir, ['run', '-d', 'work', '-k', 'key.pem', '-a', 'environment', ...argv])

function collectionIn(text: string | Uint8Array): Collection {
  return collectionOf(parseStatement(parseEnvelope(text).payload))
}

const namesOf = ({ attestations }: Collection): readonly string[] => attestations.map(({ type }) => type.replace(/^.*attestations\//, ''))

describe('run', () => {
  it('wraps a command and writes signed evidence', async () => {
    const { code, stdout, stderr } = await run('-s', 'build', '-o', 'out.json', '--', node, '-e', 'console.log("hi"); fs.writeFileSync("made.txt", "made")')
    expect([code, stdout]).toEqual([0, 'hi\n'])
    expect(stderr).toContain('attestor: command-run: ran')
    const text = readFileSync(place.path('out.json'), 'utf8')
    expect(text.endsWith('\n')).toBe(false)
    const verified = await verifyEnvelope(parseEnvelope(text), [await importVerifier(publicKey)])
    const collection = collectionOf(statementOf(verified))
    expect(namesOf(collection)).toEqual(['environment/v0.1', 'material/v0.3', 'command-run/v0.2', 'product/v0.3'])
    expect(JSON.stringify(collection.attestations[3]?.attestation)).toContain('"path":"made.txt"')
  })

  it('hides what --env-add-sensitive-key names in all of the evidence', async () => {
    const env = { PATH: process.env['PATH'], DEPLOY_PIN: '4711', LINK: 'https://h/?pin=4711' }
    const argv = ['run', '-d', 'work', '-k', 'key.pem', '-a', 'environment', '-s', 'build', '--env-add-sensitive-key', 'deploy_*', '-o', 'pin.json', '--', node, '-e', 'console.log(process.env.DEPLOY_PIN)', '4711']
    expect((await cilock(place.dir, argv, { env })).code).toBe(0)
    const { attestations } = collectionIn(readFileSync(place.path('pin.json'), 'utf8'))
    expect(attestations[0]?.attestation).toMatchObject({ variables: { DEPLOY_PIN: '******', LINK: 'https://h/?pin=[REDACTED]' } })
    expect(attestations[2]?.attestation).toMatchObject({ cmd: [node, '-e', 'console.log(process.env.DEPLOY_PIN)', '[REDACTED]'], stdout: '[REDACTED]\n' })
  })

  it.each([
    ['neither flag', [], 'https://h/[REDACTED]/4711/app.git'],
    ['--env-add-sensitive-key', ['--env-add-sensitive-key', '*_pin'], 'https://h/[REDACTED]/[REDACTED]/app.git'],
    ['--env-allow-sensitive-key', ['--env-allow-sensitive-key', 'DEPLOY_TOKEN'], 'https://h/tok3n-of-mine/4711/app.git'],
  ])('hides in the remotes of a repository what it is told to, with %s', async (name, flags, remote) => {
    const dir = `git-${name.replaceAll(' ', '')}`
    mkdirSync(place.path(dir))
    const env = { PATH: process.env['PATH'], HOME: place.dir, GIT_CONFIG_NOSYSTEM: '1' }
    for (const args of [['init', '-q'], ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', 'commit', '-q', '--allow-empty', '-m', 'first'], ['remote', 'add', 'origin', 'https://h/tok3n-of-mine/4711/app.git']])
      execFileSync('git', args, { cwd: place.path(dir), env })
    const argv = ['run', '-d', dir, '-k', 'key.pem', '-a', 'git', '-s', 'build', ...flags, '-o', `${dir}.json`, '--', node, '-e', '']
    expect((await cilock(place.dir, argv, { env: { ...env, DEPLOY_TOKEN: 'tok3n-of-mine', BUILD_PIN: '4711' } })).code).toBe(0)
    const { attestations } = collectionIn(readFileSync(place.path(`${dir}.json`), 'utf8'))
    expect(attestations.find(({ type }) => type.includes('/git/'))?.attestation).toMatchObject({ remotes: [remote] })
  })

  it('prints the envelope where no file is named, and a summary when asked for JSON', async () => {
    const plain = await run('-s', 'build', '--', node, '-e', '')
    expect(collectionIn(plain.stdout).name).toBe('build')
    const json = await run('-s', 'build', '-o', 'summary.json', '--json', '--', node, '-e', 'console.log("to stderr")')
    expect(json.stderr).toContain('to stderr')
    expect(JSON.parse(json.stdout)).toMatchObject({ step: 'build', uploaded: false, wrapped_command: { exit_code: 0 }, attestors: [{ name: 'environment', status: 'ran' }, { name: 'material', status: 'ran' }, { name: 'product', status: 'ran' }] })
  })

  it('finds out before the command runs that its result has no place', async () => {
    for (const outfile of ['nowhere/out.json', 'work']) {
      const { code, stderr } = await run('-s', 'build', '-o', outfile, '--', node, '-e', 'fs.writeFileSync("ran.txt", "")')
      expect([code, stderr]).toEqual([1, expect.stringContaining('ERR_FILE cannot write')])
    }
    expect(existsSync(place.path('work/ran.txt'))).toBe(false)
  })

  it('keeps what was found when the command fails, ends with 1, and records it when told to', async () => {
    const failing = ['--', node, '-e', 'process.exit(3)']
    const failed = await run('-s', 'build', '-o', 'failed.json', ...failing)
    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/error: ERR_COMMAND_FAILED command-run: .*exit code 3/)
    expect(namesOf(collectionIn(readFileSync(place.path('failed.json'))))).toEqual(['environment/v0.1', 'material/v0.3', 'product/v0.3'])
    const ignored = await run('-s', 'build', '-o', 'ignored.json', '--ignore-command-exit-code', ...failing)
    expect(ignored.code).toBe(0)
    expect(collectionIn(readFileSync(place.path('ignored.json'))).attestations[2]?.attestation).toMatchObject({ exitcode: 3 })
  })

  it('names subjects, leaves attestors out, and takes other digests', async () => {
    await run('-s', 'build', '-o', 'more.json', '--subjects', 'product:42', '--no-default-attestor', 'material', '--hashes', 'sha256,gitoid:sha1', '--', node, '-e', '')
    const { subject, predicate } = parseStatement(parseEnvelope(readFileSync(place.path('more.json'))).payload)
    expect(subject).toContainEqual({ name: 'product:42', digest: { sha256: '1cc40f4fd022a3f483f67f2db687adc4ef59dec44c5a59da1d1ca1ba2c4bd874' } })
    expect(namesOf(predicate as never)).toEqual(['environment/v0.1', 'command-run/v0.2', 'product/v0.3'])
  })

  it('says what would run, and runs nothing', async () => {
    const { code, stderr } = await run('-s', 'build', '--validate-only', '-o', 'never.json', '--', node, '-e', 'fs.writeFileSync("ran", "")')
    expect([code, existsSync(place.path('never.json')), existsSync(place.path('work/ran'))]).toEqual([0, false, false])
    expect(stderr).toContain('would run: command-run (execute)')
  })

  it('warns of attestors that are named for nothing', async () => {
    const { stderr } = await run('-s', 'build', '-a', 'environment,material', '-o', 'warned.json', '--', node, '-e', '')
    expect(stderr).toContain('environment is named twice')
    expect(stderr).toContain('material is part of every run')
    expect((await run('-s', 'build', '-l', 'error', '-a', 'environment', '-o', 'warned.json', '--', node, '-e', '')).stderr).not.toContain('warn:')
  })

  it.each([
    [['--', 'true'], 'ERR_USAGE'],
    [['-s', 'x', '-a', 'nonsense', '--', 'true'], 'ERR_USAGE'],
    [['-s', 'x', '-a', 'slsa', '--', 'true'], 'ERR_NOT_SUPPORTED'],
    [['-s', 'x', '--no-default-attestor', 'git', '--', 'true'], 'ERR_USAGE'],
    [['-s', 'x', '--no-default-attestor', 'product,material', '--', 'true'], 'ERR_USAGE'],
    [['-s', 'x', '--capture-mode', 'trace', '--', 'true'], 'ERR_NOT_SUPPORTED'],
    [['-s', 'x', '--workload', 'auto', '--', 'true'], 'ERR_NOT_SUPPORTED'],
    [['-s', 'x', '--output-format', 'xml', '--', 'true'], 'ERR_USAGE'],
    [['-s', 'x', '--hashes', 'md5', '--', 'true'], 'ERR_DIGEST_INVALID'],
    [['-s', 'x', '--subjects', 'a=md5:00', '--', 'true'], 'ERR_DIGEST_INVALID'],
    [['-s', 'x', '--attestor-sbom-export', '-a', 'sbom', '--', 'true'], 'ERR_USAGE'],
    [['-s', 'x', '--enable-archivista', '--', 'true'], 'ERR_USAGE'],
  ])('refuses %j before anything runs', async (argv, code) => {
    const { code: exit, stderr } = await run(...argv)
    expect([exit, stderr.includes(`error: ${code} `)]).toEqual([1, true])
  })

  it('refuses a run without a signer', async () => {
    expect((await cilock(place.dir, ['run', '-s', 'x', '--', 'true'])).stderr).toMatch(/^error: ERR_USAGE no signer/)
  })

  it('says nothing to attest apart from a failure', async () => {
    const { code, stderr } = await run('-s', 'build', '-a', 'sbom', '-o', 'none.json', '--', node, '-e', '')
    expect(code).toBe(0)
    expect(stderr).toContain('warn: sbom found nothing to attest')
  })

  it('stops the command when it is stopped', async () => {
    const controller = new AbortController()
    const stopped = cilock(place.dir, ['run', '-d', 'work', '-k', 'key.pem', '-a', 'environment', '-s', 'x', '-o', 'stopped.json', '--', node, '-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      signal: controller.signal,
      stdout: { write: () => controller.abort(), isTTY: false },
    })
    expect((await stopped).stderr).toContain('error: ERR_ABORTED')
    expect(existsSync(place.path('stopped.json'))).toBe(false)
  })

  it('shows progress on a terminal only', async () => {
    let text = ''
    const terminal = { write: (chunk: string | Uint8Array) => void (text += String(chunk)), isTTY: true }
    await cilock(place.dir, ['run', '-d', 'work', '-k', 'key.pem', '-a', 'environment', '-s', 'x', '-o', 'tty.json', '--', node, '-e', ''], { stderr: terminal })
    expect(text).toContain('attesting: environment …')
  })
})

describe('attest', () => {
  it('attests without a command of the user', async () => {
    const { code } = await cilock(place.dir, ['attest', '-d', 'work', '-k', 'key.pem', '-a', 'environment', '-s', 'scan', '-o', 'attest.json'])
    expect(code).toBe(0)
    expect(collectionIn(readFileSync(place.path('attest.json'))).attestations[2]?.attestation).toMatchObject({ cmd: ['true'] })
    expect((await cilock(place.dir, ['attest', '-s', 'x', 'sh'])).stderr).toMatch(/^error: ERR_USAGE attest takes no command/)
  })
})

describe('the signing key', () => {
  it('is opened with the passphrase of the flag, the file or the environment', async () => {
    const { generateKeyPairSync } = await import('node:crypto')
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(place.path('locked.pem'), privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }))
    writeFileSync(place.path('pass.txt'), 'open sesame\r\n')
    writeFileSync(place.path('two-lines.txt'), 'open\nsesame\n')
    const sign = async (env: Readonly<Record<string, string>>, ...flags: readonly string[]) =>
      cilock(place.dir, ['sign', '-k', 'locked.pem', '-f', 'pass.txt', '-o', 'locked.json', ...flags], { env })
    expect((await sign({}, '--signer-file-key-passphrase', 'open sesame')).code).toBe(0)
    expect((await sign({}, '--signer-file-key-passphrase-path', 'pass.txt')).code).toBe(0)
    expect((await sign({ AFLOCK_KEY_PASSPHRASE: 'open sesame', WITNESS_KEY_PASSPHRASE: 'no' })).code).toBe(0)
    expect((await sign({ WITNESS_KEY_PASSPHRASE: 'open sesame' })).code).toBe(0)
    expect((await sign({})).stderr).toMatch(/^error: ERR_KEY_PASSPHRASE/)
    expect((await sign({}, '--signer-file-key-passphrase', 'wrong')).stderr).toMatch(/^error: ERR_KEY_PASSPHRASE/)
    expect((await sign({}, '--signer-file-key-passphrase-path', 'two-lines.txt')).stderr).toMatch(/^error: ERR_USAGE/)
  })

  it('is a file that can be read', async () => {
    writeFileSync(place.path('no-key.pem'), 'hello')
    chmodSync(place.path('no-key.pem'), 0o644)
    expect((await cilock(place.dir, ['run', '-s', 'x', '-k', 'no-key.pem', '--', 'true'])).stderr).toMatch(/^error: ERR_MALFORMED/)
    expect((await cilock(place.dir, ['run', '-s', 'x', '-k', 'absent.pem', '--', 'true'])).stderr).toMatch(/^error: ERR_FILE/)
  })
})
