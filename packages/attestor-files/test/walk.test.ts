import { material } from '@cilock/attestor-files'
import type { AttestContext } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { asOrdinaryUser } from './recorded/ordinary-user.ts'

function tree(files: Readonly<Record<string, string>>, folder: string = temporaryFolder(onTestFinished)): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

/** Every path that was found, content for content. */
async function found(workingDir: string, context: Partial<AttestContext> = {}): Promise<readonly string[]> {
  const { materials = {} } = await material().attest(attestContext({ ...context, workingDir }))
  return Object.keys(materials)
}

const link = (workingDir: string, path: string, target: string): void => {
  mkdirSync(dirname(join(workingDir, path)), { recursive: true })
  symlinkSync(target, join(workingDir, path))
}

describe('files', () => {
  it('are found at any depth, hidden ones and those of .git and node_modules too', async () => {
    const folder = tree({ a: '1', '.hidden': '2', 'd/e/f/g': '3', '.git/HEAD': '4', 'node_modules/x/i.js': '5', 'd/.x/y': '6' })
    expect(await found(folder)).toEqual(['.git/HEAD', '.hidden', 'a', 'd/.x/y', 'd/e/f/g', 'node_modules/x/i.js'])
  })

  it('come in the order of their names\' bytes within each directory', async () => {
    const folder = tree({ b: '1', 'a/z': '2', 'a.txt': '3', '\u{1F389}': '4', '\uFF5E': '5', B: '6' })
    expect(await found(folder)).toEqual(['B', 'a/z', 'a.txt', 'b', '\uFF5E', '\u{1F389}'])
  })

  it('are regular ones alone: a pipe is passed over and never opened', async () => {
    const folder = tree({ a: '1' })
    execFileSync('mkfifo', [join(folder, 'pipe')])
    link(folder, 'to-pipe', 'pipe')
    expect(await found(folder)).toEqual(['a'])
  })

  it('leave no trace of empty directories', async () => {
    const folder = tree({ a: '1' })
    mkdirSync(join(folder, 'empty/deeper'), { recursive: true })
    expect(await found(folder)).toEqual(['a'])
  })

  it('are each found that are one file by hard links', async () => {
    const folder = tree({ a: '1' })
    linkSync(join(folder, 'a'), join(folder, 'b'))
    expect(await found(folder)).toEqual(['a', 'b'])
  })

  it('may have names that are not UTF-8', async () => {
    const folder = tree({ good: 'b' })
    const raw = Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff])])
    writeFileSync(Buffer.concat([raw, Buffer.from('-name')]), 'a')
    mkdirSync(Buffer.concat([raw, Buffer.from('-dir')]))
    writeFileSync(Buffer.concat([raw, Buffer.from('-dir/inside')]), 'c')
    symlinkSync(Buffer.concat([Buffer.from('bad-'), Buffer.from([0xff]), Buffer.from('-dir')]), join(folder, 'z-link'))
    expect(await found(folder)).toEqual(['bad-\uFFFD-dir/inside', 'bad-\uFFFD-name', 'good', 'z-link/inside'])
  })

  it('are refused when two of their names are written alike', async () => {
    const folder = temporaryFolder(onTestFinished)
    for (const byte of [0xfe, 0xff]) writeFileSync(Buffer.concat([Buffer.from(`${folder}/x`), Buffer.from([byte])]), String(byte))
    await expect(found(folder)).rejects.toMatchObject({ code: 'ERR_EVIDENCE_INVALID' })
    const slashes = tree({ 'a/b': '1', 'a\\b': '2' })
    await expect(found(slashes)).rejects.toMatchObject({ code: 'ERR_EVIDENCE_INVALID' })
  })

  it('may be called like a property of every object', async () => {
    expect(await found(tree({ ['__proto__']: '1', constructor: '2' }))).toEqual(['__proto__', 'constructor'])
  })

  it('may lie deeper than a stack is', async () => {
    const folder = temporaryFolder(onTestFinished)
    const path = Array.from({ length: 1500 }, () => 'd').join('/')
    tree({ [`${path}/f`]: '1' }, folder)
    expect(await found(folder)).toEqual([`${path}/f`])
  })
})

describe('symbolic links', () => {
  it('are followed to files and directories inside', async () => {
    const folder = tree({ 'real/f': '1' })
    link(folder, 'link-file', 'real/f')
    link(folder, 'link-dir', 'real')
    link(folder, 'link-chain', 'link-file')
    // Of several links to one target the first counts.
    expect(await found(folder)).toEqual(['link-chain', 'link-dir/f', 'real/f'])
  })

  it('are passed over when they lead outside, also by a name that begins alike', async () => {
    const parent = temporaryFolder(onTestFinished)
    const folder = join(parent, 'hello')
    tree({ 'hello/in': '1', 'outside/secret': '2', 'hello-other/f': '3' }, parent)
    link(folder, 'rel', '../outside/secret')
    link(folder, 'abs', join(parent, 'outside/secret'))
    link(folder, 'dir', '../outside')
    link(folder, 'root', '/')
    link(folder, 'sibling', '../hello-other/f')
    link(folder, 'through', 'dir/secret')
    expect(await found(folder)).toEqual(['in'])
  })

  it('are passed over when they lead nowhere', async () => {
    const folder = tree({ x: '1' })
    link(folder, 'dangling', 'nowhere')
    link(folder, 'twice', 'dangling')
    link(folder, 'below-a-file', 'x/y')
    expect(await found(folder)).toEqual(['x'])
  })

  it('to the directory itself and above end', async () => {
    const folder = tree({ 'd/f': '1', x: '2' })
    link(folder, 'd/self', '.')
    link(folder, 'd/up', '..')
    expect(await found(folder)).toEqual(['d/f', 'd/self/f', 'd/self/up/d/f', 'd/self/up/x', 'x'])
  })

  it('that lead to each other are refused', async () => {
    const folder = tree({ x: '1' })
    link(folder, 'a', 'b')
    link(folder, 'b', 'a')
    await expect(found(folder)).rejects.toMatchObject({ code: 'ERR_SYMLINK_LOOP', message: expect.stringContaining(' a') as string })
  })

  it('may be the working directory itself', async () => {
    const folder = tree({ 'real/m': '1' })
    link(folder, 'link', 'real')
    expect(await found(join(folder, 'link'))).toEqual(['m'])
  })
})

describe('what cannot be read', () => {
  it('a working directory that is not there, or is a file', async () => {
    const folder = tree({ file: '1' })
    await expect(found(join(folder, 'none'))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    await expect(found(join(folder, 'file'))).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })

  it('a directory without permission', async () => {
    const folder = tree({ 'd/f': '1', g: '2' })
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'd'), 0)
    await asOrdinaryUser(() => expect(found(folder)).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE', message: expect.stringContaining('d, found EACCES') as string }))
  })

  it('a file without permission', async () => {
    const folder = tree({ secret: '1' })
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'secret'), 0)
    await asOrdinaryUser(() => expect(found(folder)).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE', message: expect.stringContaining('secret, found EACCES') as string }))
  })
})
