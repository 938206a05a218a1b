import { execFileSync, spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generateKey, parseEnvelope } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scratch } from './run-cli.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const outputTo = fileURLToPath(new URL('../src/programs/output-to.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')

const place = scratch()
afterAll(place.remove)
beforeAll(async () => writeFileSync(place.path('key.pem'), (await generateKey('ed25519')).privateKeyPem))

const script = 'for (let i = 0; i < 3; i++) { console.error("e"); await new Promise((done) => setTimeout(done, 100)) }; fs.writeFileSync("finished", "")'
const step = (...more: readonly string[]): readonly string[] => ['run', '-s', 'build', '-k', 'key.pem', '-a', 'environment', ...more, '--', process.execPath, '--input-type=module', '-e', `import fs from "node:fs"; ${script}`]

type Ending = 'closed' | number

/** The program as it is started from a shell, with readers that are gone from the start, or with files. */
async function cilock(args: readonly string[], stdout: Ending, stderr: Ending): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const child = spawn(process.execPath, ['--conditions=@cilock/source', '--import', tsx, main, ...args], {
    cwd: place.dir,
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, stderr === 'closed' ? 'pipe' : stderr],
  })
  child.stdout?.destroy()
  child.stderr?.destroy()
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stderr: typeof stderr === 'number' ? readFileSync(place.path('stderr'), 'utf8') : '' }
}

const stderrFile = (): number => openSync(place.path('stderr'), 'w')

describe.skipIf(process.platform === 'win32')('the program, told to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends by %s also while it waits for a pipe that nobody opens', async (signal) => {
    execFileSync('mkfifo', [place.path(signal)])
    const child = spawn(process.execPath, ['--conditions=@cilock/source', '--import', tsx, main, 'inspect', signal], { cwd: place.dir, stdio: ['ignore', 'ignore', 'ignore'] })
    const closed = new Promise((resolve) => child.once('close', (_code, by) => resolve(by)))
    // once a writer can open the pipe the program waits for its first byte
    const writer = await open(place.path(signal), 'w')
    child.kill(signal)
    expect(await closed).toBe(signal)
    await writer.close()
  })
})

describe('the program', () => {
  it('sees a command to its end and writes the evidence when nobody reads what it says', async () => {
    expect((await cilock(step('-o', 'out.json'), openSync(place.path('stdout'), 'w'), 'closed')).code).toBe(0)
    expect(existsSync(place.path('finished'))).toBe(true)
    expect(parseEnvelope(readFileSync(place.path('out.json'))).signatures).toHaveLength(1)
  })

  it('ends with 1 when the reader of its evidence has gone', async () => {
    expect((await cilock(step(), 'closed', stderrFile())).code).toBe(1)
  })

  it('says all of what is long, also where the pipe does not wait for who reads slowly', async () => {
    const child = spawn(process.execPath, ['--import', tsx, '-e', `import(${JSON.stringify(outputTo)}).then(({ outputTo }) => { process.stdout._handle.setBlocking(false); outputTo(1, console.error).write('long '.repeat(200_000)); process.exit() })`], { stdio: ['ignore', 'pipe', 'pipe'] })
    const stderr: Buffer[] = []
    child.stderr.on('data', (piece: Buffer) => stderr.push(piece))
    const closed = new Promise((resolve) => child.once('close', resolve))
    let length = 0
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      length += piece.length
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await closed
    expect(Buffer.concat(stderr).toString()).toBe('')
    expect(length).toBe(1_000_000)
  })

  it.skipIf(!existsSync('/dev/full'))('ends with 1 and says why when stdout is full', async () => {
    const { code, stderr } = await cilock(step(), openSync('/dev/full', 'w'), stderrFile())
    expect(code).toBe(1)
    expect(stderr.match(/error: .*/g)).toEqual([expect.stringContaining('ERR_FILE cannot write to stdout: ENOSPC')])
  })
})
