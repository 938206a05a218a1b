import { commandRun, CommandFailedError } from '@cilock/attestor-command-run'
import type { CommandRunOptions, CommandRunPredicate } from '@cilock/attestor-command-run'
import { encodeJson } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { getEventListeners } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

async function run(options: CommandRunOptions, context: Partial<AttestContext> = {}): Promise<CommandRunPredicate> {
  const { predicate } = await commandRun(options).attest(attestContext({ workingDir: context.workingDir ?? temporaryFolder(onTestFinished), env: { PATH: '/usr/bin:/bin' }, ...context }))
  if ('_meta' in predicate) return predicate
  expect.fail('v0.1 is never written')
}
const shell = (script: string, options: Partial<CommandRunOptions> = {}): CommandRunOptions => ({ command: ['sh', '-c', script], ...options })

describe('the predicate', () => {
  it('has the command, its output and no exit code when that is 0', async () => {
    const predicate = await run(shell('echo out; echo err >&2'))
    expect(predicate).toMatchObject({ digests: null, paths: null, comms: null, processes: [], cmd: ['sh', '-c', 'echo out; echo err >&2'], stdout: 'out\n', stderr: 'err\n' })
    expect(predicate).not.toHaveProperty('exitcode')
    expect(predicate).not.toHaveProperty('summary')
    expect(Object.keys(predicate)).toEqual(['_meta', 'digests', 'paths', 'comms', 'processes', 'cmd', 'stdout', 'stderr'])
  })

  it('has no key for a stream on which nothing was written', async () => {
    const predicate = await run(shell('true'))
    expect(predicate).not.toHaveProperty('stdout')
    expect(predicate).not.toHaveProperty('stderr')
  })

  it('never claims that the signing key was guarded', async () => {
    const { _meta } = await run(shell('true'))
    expect(_meta).toMatchObject({ version: 'v0.2', keyGuard: { applied: false, dumpable: true }, counts: { processes: 0, uniquePaths: 0, uniqueDigests: 0, uniqueComms: 0 } })
    expect(_meta.keyGuard?.yamaPtraceScope).toBeGreaterThanOrEqual(-1)
  })

  it('says where each section stands in its bytes', async () => {
    const predicate = await run(shell('printf \'<b>&"ü\\n\'; exit 3', { ignoreExitCode: true }))
    const bytes = encodeJson(predicate)
    const { sections = {} } = predicate._meta
    expect(Object.keys(sections)).toEqual(['cmd', 'comms', 'digests', 'exitcode', 'paths', 'processes', 'stdout'])
    for (const [key, [start = 0, end = 0]] of Object.entries(sections)) {
      const text = new TextDecoder().decode(bytes.subarray(start, end + 1))
      expect(JSON.parse(text), key).toEqual(predicate[key as keyof CommandRunPredicate])
      expect(new TextDecoder().decode(bytes.subarray(0, start)).endsWith(`"${key}":`), key).toBe(true)
    }
  })

  it('replaces each byte that is not UTF-8, as Go does', async () => {
    const { stdout, stderr } = await run(shell(String.raw`printf 'a\377\376b\342\202'; printf '\355\240\200\n' >&2`))
    expect(stdout).toBe('a\uFFFD\uFFFDb\uFFFD\uFFFD')
    expect(stderr).toBe('\uFFFD\uFFFD\uFFFD\n')
  })

  it('keeps a byte order mark', async () => {
    expect((await run(shell(String.raw`printf '\357\273\277x'`))).stdout).toBe('\uFEFFx')
  })
})

describe('the command', () => {
  it('is run without a shell', async () => {
    expect((await run({ command: ['echo', '$HOME', '*', ';', 'a  b', ''] })).stdout).toBe('$HOME * ; a  b \n')
  })

  it('gets its own name as it was given', async () => {
    expect((await run({ command: ['sh', '-c', 'echo $0'] })).stdout).toBe('sh\n')
  })

  it('runs in the working directory, with the environment of the run and PWD', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    const { stdout } = await run({ command: ['env'] }, { workingDir, env: { PATH: '/usr/bin:/bin', A: 'x=y', GONE: undefined } })
    expect(stdout?.split('\n').toSorted()).toEqual(['', 'A=x=y', 'PATH=/usr/bin:/bin', `PWD=${workingDir}`])
  })

  it('keeps the name of a working directory that is a link', async () => {
    const folder = temporaryFolder(onTestFinished)
    mkdirSync(join(folder, 'real'))
    symlinkSync('real', join(folder, 'link'))
    expect((await run(shell('pwd'), { workingDir: join(folder, 'link') })).stdout).toBe(`${join(folder, 'link')}\n`)
  })

  it('reads nothing from standard input', async () => {
    expect((await run(shell('wc -c'))).stdout?.trim()).toBe('0')
  })

  it('is looked for on the PATH of the run, not of the process', async () => {
    const folder = temporaryFolder(onTestFinished)
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho found\n', { mode: 0o755 })
    expect((await run({ command: ['tool'] }, { env: { PATH: `/usr/bin:${folder}` } })).stdout).toBe('found\n')
    await expect(run({ command: ['sh', '-c', 'true'] }, { env: { PATH: folder } })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' })
    await expect(run({ command: ['sh', '-c', 'true'] }, { env: {} })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' })
  })

  it('is a path from the working directory when it has a slash', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    writeFileSync(join(workingDir, 'script.sh'), '#!/bin/sh\necho ran\n', { mode: 0o755 })
    expect((await run({ command: ['./script.sh'] }, { workingDir })).stdout).toBe('ran\n')
  })

  it('is refused when only a relative entry of PATH has it', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    writeFileSync(join(workingDir, 'tool'), '#!/bin/sh\n', { mode: 0o755 })
    for (const path of ['.:/usr/bin', '/usr/bin:', 'bin/..:/usr/bin']) {
      mkdirSync(join(workingDir, 'bin'), { recursive: true })
      await expect(run({ command: ['tool'] }, { workingDir, env: { PATH: path } })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND', message: expect.stringContaining('relative') as string })
    }
  })
})

describe('a command that cannot be started', () => {
  it('is not found, also when exit codes are ignored', async () => {
    await expect(run({ command: ['no-such-program'], ignoreExitCode: true })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' })
    await expect(run({ command: ['./no-such-file'] })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' })
  })

  it('is not executable', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    writeFileSync(join(workingDir, 'plain'), 'text', { mode: 0o644 })
    mkdirSync(join(workingDir, 'folder'))
    await expect(run({ command: ['./plain'] }, { workingDir })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_EXECUTABLE' })
    await expect(run({ command: ['./folder'] }, { workingDir })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_EXECUTABLE' })
    await expect(run({ command: ['plain'] }, { env: { PATH: workingDir } })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_EXECUTABLE' })
  })

  it('names an interpreter that is not there', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    writeFileSync(join(workingDir, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 })
    await expect(run({ command: ['./script'] }, { workingDir })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' })
  })

  it('has arguments that are longer than the system takes', async () => {
    await expect(run({ command: ['echo', 'x'.repeat(4 * 2 ** 20)] })).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_EXECUTABLE' })
  })

  it('has no working directory', async () => {
    const workingDir = join(temporaryFolder(onTestFinished), 'none')
    await expect(run(shell('true'), { workingDir })).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE', message: expect.stringContaining('none') as string })
  })

  it('is no command', () => {
    expect(() => commandRun({ command: [] })).toThrow(TypeError)
    expect(() => commandRun({ command: [''] })).toThrow(TypeError)
    expect(() => commandRun({ command: 'make all' as never })).toThrow('no shell splits a line')
    expect(() => commandRun({ command: ['make', 4 as never] })).toThrow('a list of a program and its arguments')
    expect(() => commandRun(undefined as never)).toThrow('expected `command`')
    expect(() => commandRun({ command: ['echo', 'a\0b'] })).toThrow(TypeError)
  })
})

describe('a command that fails', () => {
  it('fails the attestor, with its exit code on the error', async () => {
    const error = await run(shell('echo 1 > made; exit 3')).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(CommandFailedError)
    expect(error).toMatchObject({ code: 'ERR_COMMAND_FAILED', exitCode: 3, signal: undefined })
  })

  it('is recorded with ignoreExitCode', async () => {
    expect(await run(shell('echo x; exit 255', { ignoreExitCode: true }))).toMatchObject({ exitcode: 255, stdout: 'x\n' })
  })

  it('has exit code -1 when a signal ended it', async () => {
    expect((await run(shell('kill -15 $$', { ignoreExitCode: true }))).exitcode).toBe(-1)
    await expect(run(shell('kill -9 $$'))).rejects.toMatchObject({ code: 'ERR_COMMAND_FAILED', exitCode: -1, signal: 'SIGKILL' })
  })
})

describe('output', () => {
  it('is handed on raw, as it comes', async () => {
    const chunks: { out: Uint8Array[]; err: Uint8Array[] } = { out: [], err: [] }
    await run(shell(String.raw`printf '\377secret-value'; echo e >&2`, { stdout: (chunk) => chunks.out.push(chunk), stderr: (chunk) => chunks.err.push(chunk), secrets: ['secret-value'] }))
    expect(Buffer.concat(chunks.out).toString('latin1')).toBe('\u00FFsecret-value')
    expect(Buffer.concat(chunks.err).toString()).toBe('e\n')
  })

  it('is refused when there is more of it than maxOutputBytes, after the command has ended', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    await expect(run(shell('printf 12345; echo done > done', { maxOutputBytes: 4 }), { workingDir })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', message: expect.stringContaining('stdout') as string })
    expect(existsSync(join(workingDir, 'done'))).toBe(true)
    await expect(run(shell('printf 12345 >&2', { maxOutputBytes: 4 }))).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', message: expect.stringContaining('stderr') as string })
    expect((await run(shell('printf 1234', { maxOutputBytes: 4 }))).stdout).toBe('1234')
  })

  it('is all there when it is large', async () => {
    const { stdout = '' } = await run(shell('i=0; while [ $i -lt 6000 ]; do echo "line $i of some longer output, to make it large"; i=$((i+1)); done'))
    expect(stdout.split('\n').length).toBe(6001)
    expect(stdout.endsWith('line 5999 of some longer output, to make it large\n')).toBe(true)
  })

  it('fails the attestor when its receiver throws', async () => {
    const failing = (): never => {
      throw new TypeError('disk full')
    }
    await expect(run(shell('echo x', { stdout: failing }))).rejects.toMatchObject({ code: 'ERR_OUTPUT_SINK_FAILED', cause: expect.objectContaining({ message: 'disk full' }) as Error })
  })

  it('of a descendant that outlives the command is waited for', async () => {
    expect((await run(shell('(sleep 0.3; echo late) & echo early'))).stdout).toBe('early\nlate\n')
  })

  it('is given up when a descendant holds it open for too long', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    const { stdout } = await run(shell('sleep 30 & echo $! > pid; echo early', { pipeGraceMs: 200 }), { workingDir })
    expect(stdout).toBe('early\n')
    process.kill(Number(readFileSync(join(workingDir, 'pid'), 'utf8')))
  })
})

describe('an abort', () => {
  const isAlive = (pid: number): boolean => {
    try {
      // A zombie still answers to signal 0, so look at its state.
      return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return false
    }
  }

  it('kills the command and its descendants', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    const controller = new AbortController()
    const script = 'sleep 60 & echo $! > child; echo $$ > self; echo ready; wait'
    const pending = run(shell(script, { stdout: () => controller.abort(new TypeError('stop it')) }), { workingDir, signal: controller.signal })
    await expect(pending).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: expect.objectContaining({ message: 'stop it' }) as Error })
    const pids = ['child', 'self'].map((file) => Number(readFileSync(join(workingDir, file), 'utf8')))
    await expect.poll(() => pids.filter(isAlive)).toEqual([])
  })

  it('kills descendants also when the command itself has ended', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    const controller = new AbortController()
    const pending = run(shell('sleep 60 & echo $! > child; echo $$ > self'), { workingDir, signal: controller.signal })
    const pidOf = (file: string): number => Number(readFileSync(join(workingDir, file), 'utf8'))
    await expect.poll(() => existsSync(join(workingDir, 'self')) && pidOf('self') > 0 && !isAlive(pidOf('self'))).toBe(true)
    controller.abort()
    await expect(pending).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await expect.poll(() => isAlive(pidOf('child'))).toBe(false)
  })

  it('before the start starts nothing', async () => {
    const workingDir = temporaryFolder(onTestFinished)
    await expect(run(shell('echo x > made'), { workingDir, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(existsSync(join(workingDir, 'made'))).toBe(false)
  })
})

it('leaves no listener on the signal', async () => {
  const { signal } = new AbortController()
  await run(shell('true'), { signal })
  await run(shell('exit 1', {}), { signal }).catch(() => {})
  await run({ command: ['no-such-program'] }, { signal }).catch(() => {})
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
