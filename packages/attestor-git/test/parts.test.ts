import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '@cilock/attestor-git'
import { attestContext } from '@cilock/testing'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseGitConfig } from '../src/repository/config.ts'
import { redactRemote } from '../src/redact-remote.ts'
import { withoutFilters } from '../src/status/filters.ts'

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

  it('takes secrets out of remotes, those of variables that the caller names too, and none that the caller allows', async () => {
    const { dir, run } = repository('remotes')
    run('commit', '-q', '--allow-empty', '-m', 'first')
    run('remote', 'add', 'origin', 'https://example.test/tok3n-of-mine/4711/app.git')
    const context = attestContext({ workingDir: dir, env: { ...env, DEPLOY_TOKEN: 'tok3n-of-mine', BUILD_PIN: '4711' } })
    const remotesBy = async (...options: Parameters<typeof git>): Promise<readonly string[] | undefined> => (await git(...options).attest(context)).predicate.remotes
    expect(await remotesBy()).toEqual(['https://example.test/[REDACTED]/4711/app.git'])
    expect(await remotesBy({ addSensitiveKeys: ['*_pin'] })).toEqual(['https://example.test/[REDACTED]/[REDACTED]/app.git'])
    expect(await remotesBy({ allowSensitiveKeys: ['DEPLOY_TOKEN'] })).toEqual(['https://example.test/tok3n-of-mine/4711/app.git'])
    expect(await remotesBy({ allowSensitiveKeys: ['deploy_token'] })).toEqual(['https://example.test/[REDACTED]/4711/app.git'])
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

  it('follows symbolic references from HEAD, and not for ever', async () => {
    const { dir, run } = repository('symbolic')
    run('commit', '-q', '--allow-empty', '-m', 'first')
    run('symbolic-ref', 'refs/heads/alias', 'refs/heads/main')
    run('symbolic-ref', 'HEAD', 'refs/heads/alias')
    const { predicate } = await git().attest(attestContext({ workingDir: dir, env }))
    expect(predicate).toMatchObject({ commithash: run('rev-parse', 'main').trim(), branch: 'main', refs: ['refs/heads/main'] })
    writeFileSync(join(dir, '.git/refs/heads/alias'), 'ref: refs/heads/alias\n')
    await expect(git().attest(attestContext({ workingDir: dir, env }))).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
  })

  describe('takes no repository that it cannot read for one without commits:', () => {
    const broken = (name: string, how: (dir: string, run: (...args: readonly string[]) => string) => void): string => {
      const { dir, run } = repository(name)
      run('commit', '-q', '--allow-empty', '-m', 'first')
      how(dir, run)
      return dir
    }

    it.each<[string, string, (dir: string, run: (...args: readonly string[]) => string) => void]>([
      ['an empty branch', 'ERR_REPOSITORY_BROKEN', (dir) => writeFileSync(join(dir, '.git/refs/heads/main'), '')],
      ['packed references that are no file', 'ERR_REPOSITORY_BROKEN', (dir) => mkdirSync(join(dir, '.git/packed-refs'))],
      ['a pipe for HEAD', 'ERR_REPOSITORY_BROKEN', (dir) => (rmSync(join(dir, '.git/HEAD')), execFileSync('mkfifo', [join(dir, '.git/HEAD')]))],
      ['a HEAD that leads out', 'ERR_REPOSITORY_BROKEN', (dir) => writeFileSync(join(dir, '.git/HEAD'), 'ref: refs/../../a\n')],
      ['references in a reftable', 'ERR_REPOSITORY_UNSUPPORTED', (_dir, run) => run('config', 'extensions.refStorage', 'reftable')],
      ['a loop of links', 'ERR_FILE_UNREADABLE', (dir) => (rmSync(join(dir, '.git'), { recursive: true }), symlinkSync('.git', join(dir, '.git')))],
    ])('%s: %s', async (name, code, how) => {
      await expect(git().attest(attestContext({ workingDir: broken(name, how), env }))).rejects.toMatchObject({ code })
    })
  })

  it('passes over what is no object among the objects', async () => {
    const { dir, run } = repository('odd-objects')
    run('commit', '-q', '--allow-empty', '-m', 'first')
    writeFileSync(join(dir, '.git/objects/00'), '')
    mkdirSync(join(dir, '.git/objects/01', 'a'.repeat(38)), { recursive: true })
    const { predicate } = await git().attest(attestContext({ workingDir: dir, env }))
    expect(predicate.commitmessage).toBe('first\n')
  })

  describe('reads commits that no git would write:', () => {
    const commitOf = (name: string, author: string): string => {
      const { dir, run } = repository(name)
      const tree = execFileSync('git', ['mktree'], { cwd: dir, env, input: '', encoding: 'utf8' }).trim()
      const input = `tree ${tree}\nauthor ${author}\ncommitter c <c@x> 1 +0000\n\nm\n`
      const commit = execFileSync('git', ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], { cwd: dir, env, input, encoding: 'utf8' }).trim()
      run('update-ref', 'refs/heads/main', commit)
      return dir
    }
    const read = async (author: string) => git().attest(attestContext({ workingDir: commitOf(`commit ${author.slice(0, 40).replaceAll('/', '_')}`, author), env }))

    // the dates are those that Go writes
    it.each([
      ['a <a@x> 999999999999 +0000', '33658-09-27 01:46:39 +0000 +0000'],
      ['a <a@x> 99999999999999 +0000', '3170843-11-07 09:46:39 +0000 +0000'],
      ['a <a@x> -99999999999 +0000', '-1199-02-15 14:13:21 +0000 +0000'],
    ])('%s', async (author, date) => {
      expect((await read(author)).predicate.commitdate).toBe(date)
    })

    it('of no time at all', async () => {
      await expect(read(`a <a@x> ${'9'.repeat(40)} +0000`)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
    })

    it('by an author with a bracket that never closes', async () => {
      expect((await read('<'.repeat(1_000_000))).predicate).toMatchObject({ author: '', authoremail: '' })
    })
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

  describe('runs no filter that the repository configures', () => {
    const filtered = (name: string, filter: string, configure: (run: (...args: readonly string[]) => string, command: string) => void): { readonly dir: string; readonly mark: string } => {
      const { dir, run } = repository(name)
      const mark = join(root, `${name}.ran`)
      writeFileSync(join(dir, 'a'), 'a')
      writeFileSync(join(dir, '.gitattributes'), `a filter=${filter}\n`)
      run('add', '-A')
      run('commit', '-qm', 'first')
      configure(run, `touch ${mark}; cat`)
      // of the same length, so that git has to look into it
      writeFileSync(join(dir, 'a'), 'b')
      return { dir, mark }
    }

    it.each<readonly [string, (run: (...args: readonly string[]) => string, command: string) => void]>([
      ['clean', (run, command) => void run('config', 'filter.evil.clean', command)],
      ['process', (run, command) => void run('config', 'filter.evil.process', command)],
      ['required', (run, command) => {
        run('config', 'filter.evil.clean', command)
        run('config', 'filter.evil.required', 'true')
      }],
      ['included', (run, command) => {
        run('config', '-f', '.git/more', 'filter.evil.clean', command)
        run('config', 'include.path', 'more')
      }],
      ['worktree', (run, command) => {
        run('config', 'extensions.worktreeConfig', 'true')
        run('config', '--worktree', 'filter.evil.clean', command)
      }],
    ])('%s', async (name, configure) => {
      const { dir, mark } = filtered(`filter-${name}`, 'evil', configure)
      const { predicate } = await git().attest(attestContext({ workingDir: dir, env }))
      expect(predicate.status).toEqual({ a: { staging: 'unmodified', worktree: 'modified' } })
      expect(existsSync(mark)).toBe(false)
    })

    it('whose name cannot be told to git', async () => {
      const { dir, mark } = filtered('filter-named', 'e=vil', (run, command) => void run('config', 'filter.e=vil.clean', command))
      await expect(git().attest(attestContext({ workingDir: dir, env }))).rejects.toMatchObject({ code: 'ERR_GIT_FAILED', message: expect.stringContaining('e=vil') as string })
      expect(existsSync(mark)).toBe(false)
    })
  })

  it('leaves the filters of the user, and those of git-lfs', () => {
    const settings = ['global', 'filter.mine.clean\ntidy', 'command', 'filter.other.clean\ntidy', 'local', 'filter.lfs.clean\ngit-lfs clean -- %f', 'local', 'filter.lfs.process\ngit-lfs filter-process', 'local', 'core.bare\nfalse', '']
    expect(withoutFilters(settings.join('\0'))).toEqual([])
    expect(withoutFilters(['local', 'filter.lfs.clean\ngit-lfs clean -- %f; evil', ''].join('\0'))).toEqual(['-c', 'filter.lfs.clean=', '-c', 'filter.lfs.process=', '-c', 'filter.lfs.required=false'])
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
    ['https://[::1]:8443/x@y', 'https://[::1]:8443/x@y'],
    ['https://oauth2:s:2?more@host.example/x', 'https://host.example/x'],
    ['https://oauth2:a:80/b:443/c@host.example/x', 'https://host.example/x'],
    ['https://oauth2:123456/more@host.example/x', 'https://host.example/x'],
    ['https://oauth2:65536#more@host.example/x', 'https://host.example/x'],
    ['user:pa/ss@host.example:acme/app.git', 'host.example:acme/app.git'],
    ['git@host.example:acme/app@b:c', 'git@host.example:acme/app@b:c'],
    ['host.example:acme/app@2.git', 'host.example:acme/app@2.git'],
    ['git@github.com:acme/app.git', 'git@github.com:acme/app.git'],
    ['oauth2:tok@gitlab.example.com:acme/app.git', 'gitlab.example.com:acme/app.git'],
    ['../elsewhere', '../elsewhere'],
    ['/srv/git/app@2.git', '/srv/git/app@2.git'],
  ])('%s', (url, redacted) => {
    expect(redactRemote(url)).toBe(redacted)
  })

  it('lets no password through', () => {
    // Digits that could be a port, before a path, are one: so do git and every other reader take them.
    const secret = fc.string({ unit: fc.constantFrom(...Array.from('ab1239:/?#%&=[] \\')), minLength: 1, maxLength: 12 }).filter((text) => !/^\d{1,5}[/?#]/.test(text))
    const password = fc.oneof(secret, fc.string({ minLength: 1 }).filter((text) => !text.includes('@') && !/^\d{1,5}[/?#]/.test(text)))
    fc.assert(
      fc.property(password, (text) => {
        expect(redactRemote(`https://user:${text}@host.example/path`)).toBe('https://host.example/path')
        // `user://` is a scheme.
        if (!text.startsWith('//')) expect(redactRemote(`user:${text}@host.example:acme/app`)).toBe('host.example:acme/app')
      }),
      { numRuns: 5_000 },
    )
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
