import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { commandRun } from '@cilock/attestor-command-run'
import { environment } from '@cilock/attestor-environment'
import { material, product } from '@cilock/attestor-files'
import { git } from '@cilock/attestor-git'
import { sbom } from '@cilock/attestor-sbom'
import { attest, encodeEnvelope, generateKey } from '@cilock/core'
import type { Attestor, KeySigner } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-reproducible-')))
const before = { cwd: process.cwd(), umask: process.umask(), TZ: process.env['TZ'], LANG: process.env['LANG'] }
let signer: KeySigner

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function shuffled<T>(items: readonly T[], next: () => number): readonly T[] {
  return items.map((item) => [next(), item] as const).toSorted(([a], [b]) => a - b).map(([, item]) => item)
}

/** The same tree, made in another order each time: directories list their entries as they were made, or by a hash. */
function layOut(folder: string, next: () => number): void {
  mkdirSync(folder)
  const files = Array.from({ length: 40 }, (_, index) => [`d${index % 3}/f${index}-${String.fromCodePoint(0xe0 + index)}`, `content ${index % 17}\n`] as const)
  for (const name of ['d0', 'd1', 'd2']) mkdirSync(join(folder, name))
  for (const [name, content] of shuffled(files, next)) {
    writeFileSync(join(folder, name), content)
    utimesSync(join(folder, name), new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z'))
  }
  cpSync(join(root, 'repository/.git'), join(folder, '.git'), { recursive: true, preserveTimestamps: true })
}

/** Finishes after others that began later, or before. */
function delayed(attestor: Attestor, next: () => number): Attestor {
  return {
    ...attestor,
    async attest(context) {
      await setTimeout(next() * 8)
      const evidence = await attestor.attest(context)
      await setTimeout(next() * 8)
      return evidence
    },
  }
}

async function digestOfRun(turn: number): Promise<string> {
  const next = chance(turn)
  const folder = join(root, `run-${turn}`)
  layOut(folder, next)
  process.env['TZ'] = shuffled(['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia'], next)[0]
  process.env['LANG'] = shuffled(['C', 'de_DE.UTF-8', 'tr_TR.UTF-8'], next)[0]
  process.umask(shuffled([0o022, 0o077, 0o002], next)[0] ?? 0o022)
  process.chdir(shuffled([root, '/', folder], next)[0] ?? '/')
  const command = `printf '{"bomFormat":"CycloneDX","specVersion":"1.6"}' > app.cdx.json; echo out; echo err >&2; for i in 3 1 2; do echo $i > made-$i; done`
  const attestors = [environment(), git(), material(), commandRun({ command: ['sh', '-c', command] }), product(), sbom()]
  const { envelope } = await attest({
    step: 'build',
    workingDir: folder,
    env: { PATH: '/usr/bin:/bin', HOME: '/nowhere', B: '2', A: '1' },
    clock: () => new Date('2026-03-01T12:00:00.5Z'),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    attestors: attestors.map((attestor) => delayed(attestor, next)),
    signers: [signer],
    hashes: ['sha256', 'sha1', 'gitoid:sha256'],
  })
  process.chdir(root)
  rmSync(folder, { recursive: true })
  return createHash('sha256').update(encodeEnvelope(envelope)).digest('hex')
}

describe('the same inputs', () => {
  beforeAll(async () => {
    // Ed25519 signs without chance.
    signer = (await generateKey('ed25519')).signer
    const run = (...args: readonly string[]): Buffer =>
      execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], {
        cwd: join(root, 'repository'),
        env: { ...process.env, HOME: root, GIT_AUTHOR_DATE: '2026-01-01T00:00:00+02:00', GIT_COMMITTER_DATE: '2026-01-01T00:00:00+02:00' },
      })
    mkdirSync(join(root, 'repository'))
    run('init', '-q', '-b', 'main')
    run('commit', '-q', '--allow-empty', '-m', 'first')
    run('tag', '-a', 'v1', '-m', 'one')
  })
  afterAll(() => {
    process.chdir(before.cwd)
    process.umask(before.umask)
    for (const name of ['TZ', 'LANG'] as const) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    rmSync(root, { recursive: true, force: true })
  })

  it('give the same bytes in fifty runs, whatever is not an input', { timeout: 300_000 }, async () => {
    const digests: string[] = []
    for (let turn = 1; turn <= 50; turn++) digests.push(await digestOfRun(turn))
    expect(digests).toHaveLength(50)
    expect(new Set(digests).size).toBe(1)
  })
})
