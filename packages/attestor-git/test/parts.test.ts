import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '@cilock/attestor-git'
import { attestContext } from '@cilock/testing'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseGitConfig } from '../src/repository/config.ts'
import { redactRemote } from '../src/redact-remote.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-git-')))
afterAll(() => rmSync(root, { recursive: true }))
const env = { ...process.env, HOME: root, GIT_CONFIG_NOSYSTEM: '1' }

function repository(name: string): { readonly dir: string; readonly run: (...args: readonly string[]) => string } {
  const dir = join(root, name)
  mkdirSync(dir)
  const run = (...args: readonly string[]): string => execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], { cwd: dir, env, encoding: 'utf8' })
  run('init', '-q', '-b', 'main')
  return { dir, run }
}

describe('git', () => {
  it('follows a linked worktree, which Go records as empty', async () => {
    const { dir, run } = repository('linked')
    writeFileSync(join(dir, 'a'), 'a')
    run('add', '-A')
    run('commit', '-qm', 'first')
    run('worktree', 'add', '-q', join(root, 'wt'), '-b', 'feature')
    const { predicate } = await git().attest(attestContext({ workingDir: join(root, 'wt'), env }))
    expect(predicate.commithash).toBe(run('rev-parse', 'HEAD').trim())
    expect(predicate.branch).toBe('feature')
    const withoutProgram = git().attest(attestContext({ workingDir: join(root, 'wt'), env: { PATH: '/nowhere' } }))
    await expect(withoutProgram).rejects.toMatchObject({ code: 'ERR_GIT_FAILED' })
  })

  it('looks upwards from a subdirectory', async () => {
    const { dir, run } = repository('deep')
    mkdirSync(join(dir, 'x/y'), { recursive: true })
    run('commit', '-q', '--allow-empty', '-m', 'first')
    const { predicate } = await git().attest(attestContext({ workingDir: join(dir, 'x/y'), env }))
    expect(predicate.commitmessage).toBe('first\n')
  })

  it('refuses what is no repository, a bare one, and names of SHA-256', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'cilock-none-'))
    await expect(git().attest(attestContext({ workingDir: outside, env }))).rejects.toMatchObject({ code: 'ERR_NOT_A_REPOSITORY' })
    rmSync(outside, { recursive: true })
    const wide = join(root, 'wide')
    mkdirSync(wide)
    execFileSync('git', ['init', '-q', '--object-format=sha256'], { cwd: wide, env })
    await expect(git().attest(attestContext({ workingDir: wide, env }))).rejects.toMatchObject({ code: 'ERR_REPOSITORY_UNSUPPORTED' })
  })

  it('names a broken object', async () => {
    const { dir, run } = repository('broken')
    run('commit', '-q', '--allow-empty', '-m', 'first')
    const commit = run('rev-parse', 'HEAD').trim()
    rmSync(join(dir, '.git/objects', commit.slice(0, 2), commit.slice(2)), { force: true })
    await expect(git().attest(attestContext({ workingDir: dir, env }))).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
  })

  it('says what git said when git refuses', async () => {
    const { dir, run } = repository('refused')
    run('commit', '-q', '--allow-empty', '-m', 'first')
    writeFileSync(join(dir, '.git/index'), 'this is no index')
    await expect(git().attest(attestContext({ workingDir: dir, env }))).rejects.toMatchObject({ code: 'ERR_GIT_FAILED', message: expect.stringContaining('index') as string })
  })

  it('runs no program that the repository configures', async () => {
    const { dir, run } = repository('hostile')
    writeFileSync(join(dir, 'a'), 'a')
    run('add', '-A')
    run('commit', '-qm', 'first')
    writeFileSync(join(dir, 'evil.sh'), '#!/bin/sh\ntouch "$PWD/ran"\n', { mode: 0o755 })
    run('config', 'core.fsmonitor', join(dir, 'evil.sh'))
    const { predicate } = await git().attest(attestContext({ workingDir: dir, env }))
    expect(Object.keys(predicate.status ?? {})).toEqual(['evil.sh'])
  })

  it('stops when the signal fires', async () => {
    await expect(git().attest(attestContext({ workingDir: root, env, signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

describe('redactRemote', () => {
  it.each([
    ['https://github.com/acme/app.git', 'https://github.com/acme/app.git'],
    ['https://user:tok3n@github.com/acme/app.git', 'https://github.com/acme/app.git'],
    ['https://user:p%zz@github.com/acme/app.git', 'https://github.com/acme/app.git'],
    ['https://user:pa#ss@github.com/acme/app.git', 'https://github.com/acme/app.git'],
    ['https://github.com/acme/app@v1', 'https://github.com/acme/app@v1'],
    ['ssh://git@host.example:22/x', 'ssh://host.example:22/x'],
    ['https://host.example:8443/x@y', 'https://host.example:8443/x@y'],
    ['git@github.com:acme/app.git', 'git@github.com:acme/app.git'],
    ['oauth2:tok@gitlab.example.com:acme/app.git', 'gitlab.example.com:acme/app.git'],
    ['../elsewhere', '../elsewhere'],
    ['/srv/git/app@2.git', '/srv/git/app@2.git'],
  ])('%s', (url, redacted) => {
    expect(redactRemote(url)).toBe(redacted)
  })

  it('lets no password through', () => {
    const secret = fc.string({ minLength: 1 }).filter((text) => !text.includes('@') && !/[\s/]/.test(text) && !/^\d+$/.test(text))
    fc.assert(fc.property(secret, (password) => !redactRemote(`https://user:S${password}S@host.example/path`).includes(`S${password}S`)))
  })
})

describe('parseGitConfig', () => {
  it('reads what git writes', () => {
    const dir = join(root, 'config')
    mkdirSync(dir)
    const file = join(dir, 'c')
    const value = fc.string({ unit: 'grapheme-ascii' }).filter((text) => !text.includes('\u0000'))
    fc.assert(
      fc.property(value, fc.stringMatching(/^[a-z"\\. ]{1,8}$/), (text, subsection) => {
        rmSync(file, { force: true })
        execFileSync('git', ['config', '-f', file, `remote.${subsection}.url`, text])
        const written = execFileSync('cat', [file], { encoding: 'utf8' })
        expect(parseGitConfig(written)).toEqual([{ section: 'remote', subsection, key: 'url', value: text }])
      }),
      { numRuns: 60 },
    )
  })

  it('reads comments, joined lines and settings without a value', () => {
    expect(parseGitConfig('# c\n[Core]\n\tbare\n  x = a \\\n b ; c\n[url "git@x"] insteadOf = "gh: # "\n')).toEqual([
      { section: 'core', subsection: undefined, key: 'bare', value: 'true' },
      { section: 'core', subsection: undefined, key: 'x', value: 'a  b' },
      { section: 'url', subsection: 'git@x', key: 'insteadof', value: 'gh: # ' },
    ])
  })
})
