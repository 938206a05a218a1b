import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { git } from '@cilock/attestor-git'
import { attestContext } from '@cilock/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { whole, writePack } from './packs.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-git-hostile-')))
afterAll(() => rmSync(root, { recursive: true }))
const env = { ...process.env, HOME: root, GIT_CONFIG_NOSYSTEM: '1' }

type Run = (...args: readonly string[]) => string

interface Repository {
  readonly dir: string
  readonly run: Run
}

let made = 0

/** A repository with a committed file and, with `submodule`, another one in `sub`. */
function repository(withSubmodule = false): Repository {
  const dir = join(root, String(made++))
  const within = (cwd: string): Run => (...args) =>
    execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', '-c', 'protocol.file.allow=always', ...args], { cwd, env, encoding: 'utf8', stdio: 'pipe' })
  const start = (at: string): Repository => {
    mkdirSync(at)
    const run = within(at)
    run('init', '-q', '-b', 'main')
    writeFileSync(join(at, 'a'), 'a')
    writeFileSync(join(at, '.gitattributes'), 'a filter=evil diff=evil\n')
    run('add', '-A')
    run('commit', '-qm', 'first')
    return { dir: at, run }
  }
  const top = start(dir)
  if (withSubmodule) {
    const other = start(join(root, String(made++)))
    top.run('submodule', '--quiet', 'add', other.dir, 'sub')
    top.run('commit', '-qm', 'second')
  }
  return top
}

const statusOf = async (dir: string, variables: Readonly<Record<string, string | undefined>> = env) =>
  (await git().attest(attestContext({ workingDir: dir, env: variables, signal: AbortSignal.timeout(20_000) }))).predicate.status

const pipe = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true, recursive: true })
  execFileSync('mkfifo', [path])
}

describe.skipIf(process.platform === 'win32')('a pipe is never waited for', () => {
  it.each([
    '.git/index', '.git/info/exclude', '.git/info/attributes', '.git/info/grafts', '.git/info/sparse-checkout', '.git/objects/info/alternates', '.git/objects/info/commit-graph',
    '.git/shallow', '.git/packed-refs', '.git/HEAD', '.git/config', '.git/config.worktree', '.git/commondir', '.git/refs/heads/other', '.git/refs/tags/v1', '.git/MERGE_HEAD',
    '.git/objects/pack/multi-pack-index', `.git/objects/pack/pack-${'a'.repeat(40)}.idx`, `.git/objects/00/${'a'.repeat(38)}`,
    '.gitignore', '.gitattributes', '.gitmodules', 'deep/er/.gitignore', 'deep/er/.gitattributes', 'inner/.git/HEAD',
  ])('%s', async (path) => {
    const { dir } = repository()
    if (path.startsWith('inner/')) execFileSync('git', ['init', '-q', 'inner'], { cwd: dir, env })
    pipe(join(dir, path))
    for (const variables of [env, { ...env, PATH: '/nowhere' }]) {
      await expect(statusOf(dir, variables)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN', message: expect.stringContaining('found a') as string })
    }
  })

  it('as the object that is read', async () => {
    const { dir, run } = repository()
    const name = run('rev-parse', 'HEAD^{tree}').trim()
    pipe(join(dir, '.git/objects', name.slice(0, 2), name.slice(2)))
    await expect(statusOf(dir)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN', message: expect.stringContaining(name.slice(2)) as string })
  })

  it.each<readonly [string, (repository: Repository, elsewhere: string) => void]>([
    ['an included configuration', ({ run }, elsewhere) => void run('config', 'include.path', elsewhere)],
    ['a configuration included on a condition', ({ run }, elsewhere) => void run('config', 'includeIf.gitdir:/.path', elsewhere)],
    ['a configuration included by an included one', ({ dir, run }, elsewhere) => {
      writeFileSync(join(dir, '.git/more'), `[include]\n\tpath = ${elsewhere}\n`)
      run('config', 'include.path', 'more')
    }],
    ['core.excludesFile', ({ run }, elsewhere) => void run('config', 'core.excludesFile', elsewhere)],
    ['core.attributesFile', ({ run }, elsewhere) => void run('config', 'core.attributesFile', elsewhere)],
    ['a link', ({ dir }, elsewhere) => (rmSync(join(dir, '.git/info/exclude')), symlinkSync(elsewhere, join(dir, '.git/info/exclude')))],
    ['objects of another repository', ({ dir }, elsewhere) => {
      pipe(join(`${elsewhere}.objects`, 'info/alternates'))
      writeFileSync(join(dir, '.git/objects/info/alternates'), `${elsewhere}.objects\n`)
    }],
    ['a linked directory', ({ dir }, elsewhere) => {
      pipe(join(`${elsewhere}.refs`, 'x'))
      symlinkSync(`${elsewhere}.refs`, join(dir, '.git/refs/heads/x'))
    }],
    ['a directory that is another working directory', ({ run }, elsewhere) => {
      pipe(join(`${elsewhere}.tree`, '.gitignore'))
      run('config', 'core.worktree', `${elsewhere}.tree`)
    }],
  ])('behind %s', async (_name, put) => {
    const made = repository()
    const elsewhere = `${made.dir}.pipe`
    pipe(elsewhere)
    put(made, elsewhere)
    await expect(statusOf(made.dir)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
  })

  it('in a submodule', async () => {
    const { dir } = repository(true)
    pipe(join(dir, '.git/modules/sub/info/exclude'))
    await expect(statusOf(dir)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
  })

  it('nor is a device read, but the null device is', async () => {
    const { dir, run } = repository()
    run('config', 'core.excludesFile', '/dev/null')
    expect(await statusOf(dir)).toBeUndefined()
    run('config', 'core.excludesFile', '/dev/zero')
    await expect(statusOf(dir)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN', message: expect.stringContaining('a device') as string })
  })

  it('among the files of the tree, where git only looks at what they are, nor a socket anywhere', async () => {
    const { dir } = repository()
    pipe(join(dir, 'pipe'))
    pipe(join(dir, 'a'))
    const server = createServer().listen(join(dir, '.git/fsmonitor--daemon.ipc'))
    try {
      expect(await statusOf(dir)).toEqual({ a: { staging: 'unmodified', worktree: 'modified' } })
    } finally {
      server.close()
    }
  })
})

describe.skipIf(process.platform === 'win32')('runs nothing that is configured by', () => {
  const places: readonly (readonly [string, (top: Repository) => { readonly at: Repository; readonly file: string }])[] = [
    ['the repository', (top) => ({ at: top, file: join(top.dir, '.git/config') })],
    ['a submodule', (top) => ({ at: { ...top, dir: join(top.dir, 'sub') }, file: join(top.dir, '.git/modules/sub/config') })],
  ]
  const vectors: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['filter.evil.clean', { 'filter.evil.clean': 'PROGRAM' }],
    ['filter.evil.process', { 'filter.evil.process': 'PROGRAM', 'filter.evil.required': 'true' }],
    ['core.fsmonitor', { 'core.fsmonitor': 'PROGRAM' }],
    ['core.hooksPath', { 'core.hooksPath': 'HOOKS' }],
    ['include.path', { 'include.path': 'MORE' }],
    ['includeIf.path', { 'includeIf.gitdir:/.path': 'MORE' }],
    ['diff and textconv', { 'diff.external': 'PROGRAM', 'diff.evil.command': 'PROGRAM', 'diff.evil.textconv': 'PROGRAM', 'status.verbose': 'true' }],
    ['pagers, editors, aliases', { 'core.pager': 'PROGRAM', 'pager.status': 'PROGRAM', 'core.editor': 'PROGRAM', 'alias.status': '!PROGRAM', 'alias.config': '!PROGRAM' }],
    ['signatures', { 'gpg.program': 'PROGRAM', 'gpg.ssh.program': 'PROGRAM', 'log.showSignature': 'true' }],
    ['credentials', { 'credential.helper': '!PROGRAM', 'core.askPass': 'PROGRAM', 'core.gitProxy': 'PROGRAM', 'core.alternateRefsCommand': 'PROGRAM' }],
  ]
  const program = (mark: string): string => {
    const file = `${mark}.sh`
    writeFileSync(file, `#!/bin/sh\ntouch ${mark}\nexit 1\n`)
    chmodSync(file, 0o755)
    return file
  }

  for (const [place, of] of places) {
    it.each(vectors)(`${place}: %s`, async (_name, settings) => {
      const { at, file } = of(repository(place === 'a submodule'))
      const mark = join(root, `${made}.ran`)
      const evil = program(mark)
      const hooks = `${mark}.hooks`
      mkdirSync(hooks)
      for (const hook of ['post-index-change', 'reference-transaction', 'fsmonitor-watchman']) symlinkSync(evil, join(hooks, hook))
      writeFileSync(`${mark}.config`, `[filter "evil"]\n\tclean = ${evil}\n`)
      for (const [key, value] of Object.entries(settings)) at.run('config', '-f', file, key, value.replace('PROGRAM', evil).replace('HOOKS', hooks).replace('MORE', `${mark}.config`))
      // of the same length, so that git has to look into it
      writeFileSync(join(at.dir, 'a'), 'b')
      const name = place === 'a submodule' ? 'sub' : 'a'
      const top = place === 'a submodule' ? dirname(at.dir) : at.dir
      expect(await statusOf(top)).toEqual({ [name]: { staging: 'unmodified', worktree: 'modified' } })
      expect(existsSync(mark)).toBe(false)
    })
  }

  it.each([
    ['core.sshCommand', { 'remote.origin.url': 'ssh://host.invalid/x', 'core.sshCommand': 'PROGRAM' }],
    ['remote.origin.uploadpack', { 'remote.origin.url': '/', 'remote.origin.uploadpack': 'PROGRAM' }],
    ['remote.origin.url', { 'remote.origin.url': 'ext::PROGRAM', 'protocol.ext.allow': 'always' }],
  ] satisfies readonly (readonly [string, Readonly<Record<string, string>>])[])('a partial clone, for what it lacks: %s', async (_name, settings) => {
    const { dir, run } = repository()
    const mark = join(root, `${made}.fetched`)
    const evil = program(mark)
    const tree = run('rev-parse', 'HEAD^{tree}').trim()
    for (const [key, value] of Object.entries({ 'core.repositoryFormatVersion': '1', 'extensions.partialClone': 'origin', 'remote.origin.promisor': 'true', ...settings })) run('config', key, value.replace('PROGRAM', evil))
    rmSync(join(dir, '.git/objects', tree.slice(0, 2), tree.slice(2)))
    await expect(statusOf(dir)).rejects.toMatchObject({ code: 'ERR_GIT_FAILED' })
    // a git before 2.44 knows no GIT_NO_LAZY_FETCH, and is kept from it by GIT_ALLOW_PROTOCOL alone
    const older = join(root, `${made}.older`)
    mkdirSync(older)
    writeFileSync(join(older, 'git'), `#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nPATH='${process.env['PATH'] ?? ''}' exec git "$@"\n`, { mode: 0o755 })
    await expect(statusOf(dir, { ...env, PATH: older, GIT_ALLOW_PROTOCOL: 'ext:ssh:file' })).rejects.toMatchObject({ code: 'ERR_GIT_FAILED' })
    expect(existsSync(mark)).toBe(false)
    // what it takes to be run is all there
    expect(() => run('status', '--porcelain')).toThrow()
    expect(existsSync(mark)).toBe(true)
  })

  it('a repository that has git-lfs run more', async () => {
    const { dir, run } = repository()
    const mark = join(root, `${made}.lfs`)
    run('config', 'filter.lfs.clean', 'git-lfs clean -- %f')
    run('config', 'lfs.extension.evil.clean', program(mark))
    writeFileSync(join(dir, '.gitattributes'), 'a filter=lfs\n')
    const bin = join(root, `${made}.bin`)
    mkdirSync(bin)
    symlinkSync(program(mark), join(bin, 'git-lfs'))
    writeFileSync(join(dir, 'a'), 'b')
    const path = `${bin}:${process.env['PATH'] ?? ''}`
    expect(Object.keys((await statusOf(dir, { ...env, PATH: path })) ?? {})).toContain('a')
    expect(existsSync(mark)).toBe(false)
  })
})

describe('without a git program', () => {
  const without = { ...env, PATH: '/nowhere' }
  const write = (dir: string, type: string, content: Uint8Array): string => execFileSync('git', ['hash-object', '-t', type, '-w', '--literally', '--stdin'], { cwd: dir, env, input: content, encoding: 'utf8' }).trim()
  const treeOf = (...entries: readonly (readonly [mode: string, name: string, object: string])[]): Buffer =>
    Buffer.concat(entries.flatMap(([mode, name, object]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(object, 'hex')]))
  const head = (dir: string, tree: string, ...before: readonly string[]): void => {
    const headers = [...before, `tree ${tree}`, 'author a <a@x> 1 +0000', 'committer c <c@x> 1 +0000'].join('\n')
    writeFileSync(join(dir, '.git/refs/heads/main'), `${write(dir, 'commit', Buffer.from(`${headers}\n\nm\n`))}\n`)
  }
  /** Trees that each hold the next one many times, packed. */
  const nested = (dir: string, depth: number, times: number, name = 'x'): string => {
    let tree = write(dir, 'tree', treeOf(['100644', 'file', write(dir, 'blob', Buffer.from('a'))]))
    for (let at = 0; at < depth; at++) tree = write(dir, 'tree', treeOf(...Array.from({ length: times }, (_, each) => ['40000', `${name}${String(each).padStart(4, '0')}`, tree] as const)))
    return tree
  }

  it.each<readonly [string, (dir: string) => string]>([
    ['files and directories', (dir) => nested(dir, 10, 10)],
    ['bytes of paths', (dir) => nested(dir, 12, 2, 'x'.repeat(30_000))],
    ['directories in a row', (dir) => {
      const depth = 2050
      const contents: Buffer[] = [treeOf()]
      const names = [createHash('sha1').update('tree 0\0').digest('hex')]
      for (let at = 0; at < depth; at++) {
        const content = treeOf(['40000', 'x', names.at(-1) ?? ''])
        names.push(createHash('sha1').update(`tree ${content.length}\0`).update(content).digest('hex'))
        contents.push(content)
      }
      writePack(join(dir, '.git/objects'), contents.map((content) => whole('tree', content)))
      return names.at(-1) ?? ''
    }],
  ])('a tree is not gone through that has too many %s', async (what, tree) => {
    const { dir, run } = repository()
    head(dir, tree(dir))
    if (what === 'files and directories') run('repack', '-q', '-a', '-d')
    await expect(statusOf(dir, without)).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', message: expect.stringContaining(what) as string })
  })

  it('a commit has the tree that was measured, whichever else it names', async () => {
    const { dir, run } = repository()
    const [real, bomb] = [run('rev-parse', 'HEAD^{tree}').trim(), nested(dir, 10, 10)]
    head(dir, bomb, `tree ${real}`)
    expect(await statusOf(dir, without)).toBeUndefined()
    head(dir, real, `tree ${bomb}`)
    await expect(statusOf(dir, without)).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })

  it.each<readonly [string, (dir: string) => string]>([
    ['that is a blob', (dir) => write(dir, 'blob', Buffer.from('a'))],
    ['without a name of an object', (dir) => write(dir, 'tree', Buffer.from('100644 a\0short'))],
    ['without a mode', (dir) => write(dir, 'tree', Buffer.from(`a\0${' '.repeat(30)}`))],
    ['that lacks one beneath', (dir) => write(dir, 'tree', treeOf(['40000', 'x', 'cc'.repeat(20)]))],
    ['that is nowhere', () => 'cc'.repeat(20)],
    ['that is no name', () => '../../../etc/passwd'],
  ])('a tree is refused %s', async (_name, tree) => {
    const { dir } = repository()
    head(dir, tree(dir))
    await expect(statusOf(dir, without)).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
  })

  it('an index is not read that is larger than those of repositories', async () => {
    const { dir } = repository()
    truncateSync(join(dir, '.git/index'), 129 * 1024 * 1024)
    await expect(statusOf(dir, without)).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', message: expect.stringContaining('index') as string })
  })

  it('the status is the same, whether objects are packed or not', async () => {
    const { dir, run } = repository()
    mkdirSync(join(dir, 'b/c'), { recursive: true })
    writeFileSync(join(dir, 'b/c/d'), 'd')
    run('add', '-A')
    run('commit', '-qm', 'second')
    writeFileSync(join(dir, 'a'), 'changed')
    rmSync(join(dir, 'b/c/d'))
    writeFileSync(join(dir, 'new'), 'new')
    const loose = await statusOf(dir, without)
    run('gc', '-q', '--prune=now')
    expect(await statusOf(dir, without)).toEqual(loose)
    expect(Object.keys(loose ?? {}).sort()).toEqual(['a', 'b/c/d', 'new'])
  })
})

describe('an object on its own', () => {
  /** Written as it is, whatever git would say to it; its name is that of what it is written for. */
  const put = (dir: string, content: Uint8Array, written: Uint8Array = deflateSync(content)): string => {
    const name = createHash('sha1').update(content).digest('hex')
    mkdirSync(join(dir, '.git/objects', name.slice(0, 2)), { recursive: true })
    writeFileSync(join(dir, '.git/objects', name.slice(0, 2), name.slice(2)), written)
    return name
  }
  const object = (type: string, length: number): Buffer => Buffer.concat([Buffer.from(`${type} ${length}\0`), Buffer.alloc(length)])
  const withHead = (name: (dir: string) => string): string => {
    const { dir } = repository()
    writeFileSync(join(dir, '.git/refs/heads/main'), `${name(dir)}\n`)
    return dir
  }

  it('that is small and becomes large is no commit', async () => {
    await expect(statusOf(withHead((dir) => put(dir, object('commit', 100_000_000))))).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })

  it('that is large may be what a tag names', async () => {
    const { dir } = repository()
    writeFileSync(join(dir, '.git/refs/tags/blob'), `${put(dir, object('blob', 100_000_000))}\n`)
    expect(await statusOf(dir)).toBeUndefined()
  })

  it.each<readonly [string, (dir: string) => string]>([
    ['that has the name of another one', (dir) => put(dir, object('commit', 3), deflateSync(object('commit', 4)))],
    ['that is longer than it says', (dir) => put(dir, Buffer.concat([object('commit', 3), Buffer.alloc(1)]))],
    ['that ends in between', (dir) => put(dir, object('commit', 300), deflateSync(object('commit', 300)).subarray(0, 20))],
    ['that has no header', (dir) => put(dir, Buffer.from('this is no object'))],
    ['that is not compressed', (dir) => put(dir, object('commit', 3), object('commit', 3))],
  ])('%s is broken', async (_name, name) => {
    await expect(statusOf(withHead(name))).rejects.toMatchObject({ code: 'ERR_REPOSITORY_BROKEN' })
  })
})
