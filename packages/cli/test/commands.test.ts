import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { generateKey, parseEnvelope, verifyEnvelope } from '@cilock/core'
import { knownTypes } from '@cilock/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cilock, scratch } from './run-cli.ts'

const place = scratch()
afterAll(place.remove)
beforeAll(async () => {
  const { privateKeyPem, publicKeyPem } = await generateKey('ec-p256')
  writeFileSync(place.path('key.pem'), privateKeyPem)
  writeFileSync(place.path('key.pub'), publicKeyPem)
  writeFileSync(place.path('doc.txt'), 'hello\n')
})
const run = async (...argv: readonly string[]) => cilock(place.dir, argv)

describe('cilock', () => {
  it('shows its commands, and the flags of each', async () => {
    expect((await run()).stdout).toContain('verify')
    const help = await run('run', '--help')
    expect([help.code, help.stdout.includes('--step'), help.stdout.includes('--trace'), help.stderr]).toEqual([0, true, false, ''])
    expect((await run('run', '--nonsense', '--help-advanced')).stdout).toContain('--trace')
    expect((await run('--version')).stdout).toMatch(/^cilock \d+\.\d+\.\d+\n/)
  })

  it.each([
    [['nonsense'], 'ERR_USAGE'],
    [['bundle', 'inspect', 'x'], 'ERR_FILE'],
    [['bundle', 'undo'], 'ERR_USAGE'],
    [['plan'], 'ERR_NOT_SUPPORTED'],
    [['login'], 'ERR_NOT_SUPPORTED'],
    [['policy', 'push'], 'ERR_NOT_SUPPORTED'],
    [['run', '--step', 's', '-r', '--', 'true'], 'ERR_NOT_SUPPORTED'],
    [['run', '--log-level', 'loud', '--step', 's'], 'ERR_USAGE'],
  ])('refuses %j by code', async (argv, code) => {
    const { code: exit, stdout, stderr } = await run(...argv)
    expect([exit, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(new RegExp(`^error: ${code} .*\\n$`))
  })

  it('calls what nobody gave a code to a bug of its own, with its trace', async () => {
    const broken = { write: () => { throw new RangeError('full') }, isTTY: false }
    const { code, stderr } = await cilock(place.dir, ['--version'], { stdout: broken })
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: ERR_INTERNAL RangeError: full\n/)])
  })
})

describe('sign', () => {
  it('signs the bytes of a file and ends with a newline', async () => {
    expect(await run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'doc.json', '-t', 'text/plain')).toEqual({ code: 0, stdout: '', stderr: '' })
    const text = readFileSync(place.path('doc.json'), 'utf8')
    expect(text.endsWith('}\n')).toBe(true)
    const envelope = parseEnvelope(text)
    expect([envelope.payloadType, new TextDecoder().decode(envelope.payload)]).toEqual(['text/plain', 'hello\n'])
    const { importVerifier } = await import('@cilock/core')
    await verifyEnvelope(envelope, [await importVerifier(readFileSync(place.path('key.pub'), 'utf8'))], { payloadTypes: ['text/plain'] })
  })

  it('takes a policy for the default', async () => {
    await run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'policy.json')
    expect(parseEnvelope(readFileSync(place.path('policy.json'), 'utf8')).payloadType).toBe('https://witness.testifysec.com/policy/v0.1')
  })

  it.each([
    [['sign', '-k', 'key.pem', '-f', 'doc.txt'], 'ERR_USAGE'],
    [['sign', '-k', 'key.pem', '-o', 'x.json'], 'ERR_USAGE'],
    [['sign', '-f', 'doc.txt', '-o', 'x.json'], 'ERR_USAGE'],
    [['sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'x.json', 'other.txt'], 'ERR_USAGE'],
    [['sign', '-k', 'key.pem', '-f', 'absent', '-o', 'x.json'], 'ERR_FILE'],
    [['sign', '-k', 'key.pub', '-f', 'doc.txt', '-o', 'x.json'], 'ERR_KEY_UNSUPPORTED'],
    [['sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'no/such/dir/x.json'], 'ERR_FILE'],
    [['sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'x.json', '--platform-url', 'https://p.example'], 'ERR_NOT_SUPPORTED'],
    [['sign', '--signer-file-key-passphrase', 'x', '-f', 'doc.txt', '-o', 'x.json'], 'ERR_USAGE'],
    [['sign', '--signer-kms-ref', 'awskms://x', '-f', 'doc.txt', '-o', 'x.json'], 'ERR_NOT_SUPPORTED'],
  ])('refuses %j, and leaves no file', async (argv, code) => {
    const { code: exit, stderr } = await run(...argv)
    expect(exit).toBe(1)
    expect(stderr).toMatch(new RegExp(`^error: ${code} `))
    expect(existsSync(place.path('x.json'))).toBe(false)
  })
})

describe('keyid show', () => {
  it('shows the id of private and public keys', async () => {
    const { code, stdout } = await run('keyid', 'show', 'key.pub')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^[0-9a-f]{64} {2}key\.pub\n$/)
    expect(await run('keyid', 'show', 'key.pem')).toEqual({ code: 0, stdout: stdout.replace('key.pub', 'key.pem'), stderr: '' })
    const json = JSON.parse((await run('keyid', 'show', '--format', 'json', '-k', 'key.pub')).stdout) as unknown
    expect(json).toEqual([{ path: 'key.pub', keyid: stdout.slice(0, 64) }])
  })

  it('tells which file is no key, and shows the others', async () => {
    const { code, stdout, stderr } = await run('keyid', 'show', 'key.pub', 'doc.txt', 'absent')
    expect(code).toBe(1)
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toMatch(/^ERROR {2}doc\.txt {2}ERR_MALFORMED.*\nERROR {2}absent {2}ERR_FILE.*\n$/)
    expect((await run('keyid', 'list')).stderr).toMatch(/^error: ERR_USAGE/)
  })
})

describe('attestors list', () => {
  it('lists what -a may name', async () => {
    const { stdout } = await run('attestors', 'list', '--format', 'json')
    const rows = JSON.parse(stdout) as readonly { readonly name: string; readonly run_type: string }[]
    expect(rows.map(({ name }) => name)).toEqual(['command-run', 'docker', 'environment', 'git', 'github', 'material', 'oci', 'product', 'sbom'])
    expect((await run('attestors', 'list')).stdout).toContain('material (always run)')
    expect((await run('attestors', 'list', '--format', 'xml')).stderr).toMatch(/^error: ERR_USAGE/)
    expect((await run('attestors', 'schema', 'git')).stderr).toMatch(/^error: ERR_NOT_SUPPORTED/)
  })
})

describe('a result', () => {
  it.each([
    ['sign', '-f', 'doc.txt', '-k', 'kept.pem', '-o', 'kept.pem'],
    ['sign', '-f', 'doc.txt', '-k', 'kept.pem', '-o', 'kept-link.pem'],
    ['run', '-s', 'build', '-a', 'environment', '-k', 'kept.pem', '-o', './kept.pem', '--', 'true'],
    ['prove', '-a', 'doc.txt', '-k', 'kept.pem', '-o', 'kept.pem', 'doc.txt'],
    ['prove', '-a', 'kept.pem', '-k', 'key.pem', '-o', 'kept.pem', 'doc.txt'],
  ])('is never written over what it is made with: %s %s %s %s %s %s %s', async (...argv) => {
    const key = readFileSync(place.path('key.pem'), 'utf8')
    writeFileSync(place.path('kept.pem'), key)
    if (!existsSync(place.path('kept-link.pem'))) symlinkSync('kept.pem', place.path('kept-link.pem'))
    const { code, stderr } = await run(...argv)
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: ERR_USAGE .*kept.*\.pem is to be read/)])
    expect(readFileSync(place.path('kept.pem'), 'utf8')).toBe(key)
  })

  it('has a name as long as names may be', async () => {
    const name = 'n'.repeat(255)
    expect((await run('sign', '-f', 'doc.txt', '-k', 'key.pem', '-o', name)).stderr).toBe('')
    expect(parseEnvelope(readFileSync(place.path(name), 'utf8')).signatures).toHaveLength(1)
  })

  it('may take the place of the file that is signed', async () => {
    writeFileSync(place.path('in-place'), 'hello')
    expect((await run('sign', '-f', 'in-place', '-k', 'key.pem', '-o', 'in-place')).code).toBe(0)
    expect(parseEnvelope(readFileSync(place.path('in-place'), 'utf8')).signatures).toHaveLength(1)
  })
})

describe('names and contents of files', () => {
  const hostile = 'a\n::error::b ##[add-mask]c\u001b[2J'
  const forged = /^\s*::|##\[|^passed|[^\P{Cc}\n]/mu

  it('keyid show keeps them on their line', async () => {
    writeFileSync(place.path(hostile), readFileSync(place.path('key.pub')))
    const { code, stdout } = await run('keyid', 'show', hostile)
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[0-9a-f]{64} {2}a\\n::error::b #\\x23\[add-mask\]c\\x1b\[2J\n$/)])
    writeFileSync(place.path(`${hostile}2`), '')
    expect((await run('keyid', 'show', `${hostile}2`)).stderr).toMatch(/^ERROR {2}a\\n::error::b #\\x23\[add-mask\]c\\x1b\[2J2 {2}ERR_MALFORMED.*\n$/)
  })

  it.each([
    ['a key', (n: number) => ({ [`x\npassed ${hostile}`]: n })],
    ['a payload type', (n: number) => ({ payload: 'e30=', payloadType: `${n}\npassed ${hostile}`, signatures: [] })],
  ])('inspect --diff keeps %s on its line', async (_name, content) => {
    for (const n of [1, 2]) writeFileSync(place.path(`hostile-${n}`), JSON.stringify(content(n)))
    const { code, stdout } = await run('inspect', '--diff', 'hostile-1', 'hostile-2')
    expect([code, stdout.split('\n').length]).toEqual([1, 4])
    expect(stdout).not.toMatch(forged)
    expect((await run('inspect', 'hostile-1')).stdout).not.toMatch(forged)
  })

  it.each([
    ['keyid show', ['keyid', 'show', '--format', 'json', `${hostile}3`]],
    ['inspect', ['inspect', '--format', 'json', 'said.json']],
    ['inspect --diff', ['inspect', '--diff', '--format', 'json', 'said.json', 'said-too.json']],
    ['policy lint', ['policy', 'lint', '--format', 'json', 'said.json']],
    ['verify', ['verify', '--format', 'json', '-p', `${hostile}4`, '-k', 'key.pub', '-a', `${hostile}4`, 'doc.txt']],
  ])('%s as JSON has no command to the log either, and says the same', async (_name, args) => {
    writeFileSync(place.path(`${hostile}3`), readFileSync(place.path('key.pub')))
    writeFileSync(place.path('said.json'), JSON.stringify({ [hostile]: hostile }))
    writeFileSync(place.path('said-too.json'), JSON.stringify({ [hostile]: 1 }))
    const { stdout } = await run(...args)
    expect(stdout).not.toMatch(forged)
    expect(JSON.stringify(JSON.parse(stdout))).toContain('##[add-mask]')
  })

  it('an error says them without a command to whoever shows the log', async () => {
    const { code, stderr } = await run('inspect', hostile)
    expect([code, stderr]).toEqual([1, expect.stringContaining('#\\x23[add-mask]c\\x1b[2J')])
    expect(stderr).not.toMatch(forged)
  })
})

describe('inspect', () => {
  it('opens an envelope of anything', async () => {
    await run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'any.json', '-t', 'text/plain')
    const { code, stdout } = await run('inspect', 'any.json')
    expect(code).toBe(0)
    expect(stdout).toContain('payload type text/plain')
    expect(stdout).toContain('6 bytes sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03')
  })

  it('shows policies, statements and plain JSON, and what a verifier would refuse', async () => {
    writeFileSync(place.path('policy'), JSON.stringify({ expires: '2030-01-01T00:00:00Z', steps: { build: { name: 'build' } } }))
    expect((await run('inspect', 'policy')).stdout).toContain('step build')
    writeFileSync(place.path('statement'), JSON.stringify({ _type: 'https://in-toto.io/Statement/v2', predicateType: 'x', subject: [] }))
    const refused = await run('inspect', '--format', 'json', 'statement')
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { kind: 'refused', as: 'statement', code: 'ERR_STATEMENT_TYPE' }])
    writeFileSync(place.path('numbers'), '{"n":1.0,"big":12345678901234567890}')
    expect((await run('inspect', '--format', 'json', 'numbers')).stdout).toContain('"n":1.0,"big":12345678901234567890')
    expect((await run('inspect', 'doc.txt')).stderr).toMatch(/^error: ERR_MALFORMED.*doc\.txt is no JSON/)
    expect((await run('inspect')).stderr).toMatch(/^error: ERR_USAGE/)
  })

  it('shows what is short on one line, and the start of what is long', async () => {
    const fits = Array.from({ length: 9 }, () => 'x'.repeat(8))
    writeFileSync(place.path('long'), JSON.stringify({ fits, long: [...fits, 'x'], many: Array.from({ length: 100 }, () => 'y'), big: 1 }).replace('1}', `${'1'.repeat(120)}}`))
    const { stdout } = await run('inspect', 'long')
    expect(stdout).toContain(`fits ${JSON.stringify(fits)}\n`)
    expect(stdout).toMatch(/long 10 items\n.*0 "xxxxxxxx"\n/)
    expect(stdout).toMatch(/many 100 items\n(.*"y"\n){20}.*… and 80 more/)
    expect(stdout).toContain(`big ${'1'.repeat(100)}… (120 characters)`)
    const deep = `${'['.repeat(900)}"${'z'.repeat(1_000_000)}"${']'.repeat(900)}`
    writeFileSync(place.path('deep'), deep)
    expect((await run('inspect', 'deep')).stdout.match(/1 items/g)).toHaveLength(900)
  })

  it('lets no text from evidence move the cursor', async () => {
    writeFileSync(place.path('hostile'), JSON.stringify({ 'a\u001b[2J': '\u001b]0;owned\u0007\n\u202egnp' }))
    const { stdout } = await run('inspect', 'hostile')
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  })

  it('colours on a terminal only', async () => {
    let text = ''
    const terminal = { write: (chunk: string | Uint8Array) => void (text += String(chunk)), isTTY: true }
    await cilock(place.dir, ['inspect', 'policy'], { stdout: terminal })
    expect(text).toContain('\u001b[2m')
  })
})

describe('files', () => {
  const sign = async (outfile: string) => run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', outfile)

  it('are replaced whole', async () => {
    await sign('again.json')
    const before = statSync(place.path('again.json')).ino
    await sign('again.json')
    expect(statSync(place.path('again.json')).ino).not.toBe(before)
  })

  it('keep no trace of a failed write', async () => {
    mkdirSync(place.path('folder'))
    expect(await sign('folder')).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: ERR_FILE cannot write .*folder/) })
    expect((await sign('missing/out.json')).stderr).toMatch(/^error: ERR_FILE cannot write /)
    expect(readdirSync(place.dir).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it.skipIf(process.platform === 'win32')('keep their mode, and links stay links', async () => {
    writeFileSync(place.path('private.json'), '', { mode: 0o600 })
    symlinkSync('private.json', place.path('link.json'))
    await sign('link.json')
    expect(lstatSync(place.path('link.json')).isSymbolicLink()).toBe(true)
    expect(statSync(place.path('private.json')).mode & 0o777).toBe(0o600)
    expect(parseEnvelope(readFileSync(place.path('private.json'))).payload).toEqual(new TextEncoder().encode('hello\n'))
  })

  it.skipIf(process.platform === 'win32')('that are none are written to, never replaced', async () => {
    const pipe = place.path('pipe')
    execFileSync('mkfifo', [pipe])
    const [read, { code }] = await Promise.all([readFile(pipe), sign('pipe')])
    expect(code).toBe(0)
    expect(parseEnvelope(read).signatures).toHaveLength(1)
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })
})

it('text from evidence forges no line of ours', async () => {
  const statement = { _type: 'https://in-toto.io/Statement/v0.1', predicateType: 'x', predicate: {}, subject: [{ name: 'a\npassed: b\u001b[2K', digest: { sha256: 'a'.repeat(64) } }] }
  writeFileSync(place.path('statement.json'), JSON.stringify(statement))
  await run('sign', '-k', 'key.pem', '-f', 'statement.json', '-t', 'application/vnd.in-toto+json', '-o', 'hostile.json')
  const { stderr } = await run('verify', '-k', 'key.pub', '-p', 'hostile.json', '-a', 'hostile.json')
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('  '))).toEqual([expect.stringMatching(/^error: ERR_USAGE no artifact: .*the evidence speaks about$/)])
  expect(stderr).toContain(`  sha256:${'a'.repeat(64)}  a\\npassed: b\\x1b[2K\n`)
})

it('reads whatever an attestor of its own can make', async () => {
  const { stdout } = await run('attestors', 'list', '--format', 'json')
  const made = (JSON.parse(stdout) as readonly { readonly predicate_type: string }[]).map(({ predicate_type }) => predicate_type)
  const read = new Set(knownTypes.flatMap(({ predicateType, aliases = [] }) => [predicateType, ...aliases]))
  expect(made.length).toBeGreaterThan(5)
  expect(made.filter((type) => !read.has(type))).toEqual([])
})

it('shows names of files without their control characters', async () => {
  const name = 'red\u001b[31m\nand forged.json'
  await run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', name, '-t', 'text/plain')
  await run('sign', '-k', 'key.pem', '-f', 'doc.txt', '-o', 'plain.json', '-t', 'text/html')
  for (const argv of [['inspect', name], ['inspect', '--diff', name, 'plain.json'], ['inspect', '--diff', 'plain.json', name]]) {
    const { stdout } = await run(...argv)
    expect(stdout).toContain(String.raw`red\x1b[31m`)
    expect(stdout).not.toContain('\u001b[31m')
    expect(stdout.split('\n').filter((line) => line.startsWith('and forged'))).toEqual([])
  }
})
