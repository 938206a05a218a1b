import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { githubAction, githubActionType, localAction } from '@cilock/attestor-github'
import { stringifyJson } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { recordedRuns, skipped, vectors } from '@cilock/vectors'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseCommandFile } from '../src/action/command-files.ts'
import { parseActionMetadata } from '../src/action/metadata.ts'
import { isPinned } from '../src/action/pinned.ts'

const root = mkdtempSync(join(tmpdir(), 'cilock-action-test-'))
afterAll(() => rmSync(root, { recursive: true }))
const scan = fileURLToPath(new URL('fixtures/scan', import.meta.url))
const commit = 'ab'.repeat(20)

function place(name: string): string {
  const dir = join(root, name)
  mkdirSync(dir)
  return dir
}

describe('githubAction with a local JavaScript action', () => {
  it('runs pre, main and post, and records what it ran', async () => {
    const workingDir = place('good')
    const said: string[] = []
    const execute = localAction({ dir: scan, inputs: { path: 'src', 'api-token': 'tok-123456' }, stdout: (chunk) => said.push(Buffer.from(chunk).toString()) })
    const env = { PATH: process.env['PATH'], INPUT_COMMAND: 'of the outer action', GITHUB_RUN_ID: '42', GITHUB_JOB: 'build' }
    const { predicate, subjects } = await githubAction({ ref: `acme/scan@${commit}`, execute }).attest(attestContext({ workingDir, env }))
    expect(predicate).toEqual({
      actionref: `acme/scan@${commit}`,
      actiontype: 'javascript',
      actionname: 'Scan',
      actioninputs: { 'api-token': '[REDACTED]', 'fail-on': 'high', path: 'src' },
      actionoutputs: { findings: '0', report: 'line one\nline two', token: '[REDACTED]' },
      exitcode: 0,
      actiondir: scan,
      refpinned: true,
      runid: '42',
      jobname: 'build',
    })
    expect(Object.keys(subjects ?? {})).toEqual([`actionref:acme/scan@${commit}`])
    expect(said.join('')).toBe('scanning src\n')
    expect(readFileSync(join(workingDir, 'scan.txt'), 'utf8')).toBe('src high undefined yes')
    expect(readFileSync(join(workingDir, 'post.txt'), 'utf8')).toBe('cleaned')
  })

  it('fails with the code of the action, and cleans up all the same', async () => {
    const workingDir = place('bad')
    const attested = githubAction({ ref: 'acme/scan@v1', execute: localAction({ dir: scan, inputs: { path: 'fail' } }) }).attest(attestContext({ workingDir }))
    await expect(attested).rejects.toMatchObject({ code: 'ERR_ACTION_FAILED', exitCode: 3 })
    expect(readFileSync(join(workingDir, 'post.txt'), 'utf8')).toBe('cleaned')
  })

  it('removes secrets of the environment wherever the action lets them show', async () => {
    const workingDir = place('secret')
    const env = { MY_TOKEN: 's3cr3t-value-1' }
    const execute = localAction({ dir: scan, inputs: { path: 'x s3cr3t-value-1 y' } })
    const { predicate } = await githubAction({ ref: 'acme/scan@v1', execute }).attest(attestContext({ workingDir, env }))
    expect(stringifyJson(predicate)).not.toContain('s3cr3t-value-1')
    expect(predicate.refpinned).toBeUndefined()
  })

  it('refuses a missing input, a missing action and a stopped run', async () => {
    const run = (execute: ReturnType<typeof localAction>, signal = new AbortController().signal) => githubAction({ ref: 'a/b@c', execute }).attest(attestContext({ workingDir: root, signal }))
    await expect(run(localAction({ dir: scan }))).rejects.toMatchObject({ code: 'ERR_ACTION_INPUT_MISSING' })
    await expect(run(localAction({ dir: root }))).rejects.toMatchObject({ code: 'ERR_ACTION_UNSUPPORTED' })
    await expect(run(localAction({ dir: scan, inputs: { path: 'x' } }), AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    const odd = place('odd')
    mkdirSync(join(odd, 'action.yml'))
    await expect(run(localAction({ dir: odd }))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    writeFileSync(join(odd, 'x'), '')
    expect(() => githubAction({ ref: '', execute: localAction({ dir: scan }) })).toThrow(TypeError)
  })
})

describe('the metadata of an action', () => {
  it.each([
    ['a composite action', 'runs: { using: composite, steps: [] }'],
    ['a container action', 'runs: { using: docker, image: Dockerfile }'],
    ['one without a file to run', 'runs: { using: node20 }'],
    ['one with a condition', 'runs: { using: node20, main: a.js, post: b.js, post-if: failure() }'],
    ['no object', '- a'],
    ['no YAML', 'a: [b'],
  ])('is refused for %s', (_what, text) => {
    expect(() => parseActionMetadata(text)).toThrow(expect.objectContaining({ code: 'ERR_ACTION_UNSUPPORTED' }))
  })

  it('reads inputs in the forms that people write', () => {
    expect(parseActionMetadata('name: X\ninputs:\n  a:\n  b: { default: 3, required: "true" }\n  c: { default: false }\nruns: { using: node24, main: m.js, post-if: always() }').inputs).toEqual({
      a: { required: false },
      b: { required: true, default: '3' },
      c: { required: false, default: 'false' },
    })
  })
})

describe('command files', () => {
  it('gives back what was written', () => {
    const name = fc.stringMatching(/^[A-Za-z_]{1,10}$/)
    const value = fc.stringMatching(/^[a-z =<\n]{0,20}$/)
    fc.assert(
      fc.property(fc.dictionary(name, value), (values) => {
        const text = Object.entries(values).map(([key, each]) => `${key}<<%END%\n${each}\n%END%\n`).join('')
        expect({ ...parseCommandFile(text) }).toEqual({ ...values })
      }),
    )
  })

  it.each(['no equals sign', 'a<<END\nnever ends', '=x'])('refuses %j', (text) => {
    expect(() => parseCommandFile(text)).toThrow(expect.objectContaining({ code: 'ERR_ACTION_UNSUPPORTED' }))
  })
})

describe('isPinned', () => {
  it.each([
    [`a/b@${commit}`, true],
    [`a/b/c@${commit.toUpperCase()}`, true],
    [`a/b@${'a'.repeat(64)}`, true],
    [`docker://x@sha256:${'a'.repeat(64)}`, true],
    ['a/b@v4', false],
    ['a/b@main', false],
    [`a/b@${commit}a`, false],
    ['docker://alpine:3', false],
    [`docker://x@${commit}`, false],
    ['a/b', false],
  ])('%s: %s', (ref, pinned) => {
    expect(isPinned(ref)).toBe(pinned)
  })
})

const recorded = recordedRuns('lib-github-action').flatMap(({ id, statements }) =>
  statements.flatMap(({ entries }) => entries.filter(({ type }) => type === githubActionType.predicateType).map((entry) => [id, entry] as const)),
)

describe.skipIf(vectors('golden/evidence') === undefined)(recorded.length === 0 ? skipped('golden/evidence') : 'recorded github-action predicates', () => {
  it.each(recorded)('%s', (_id, { type, predicate, subjects }) => {
    expect(githubActionType.read(predicate, type)).toEqual({ predicate, subjects })
  })
})
