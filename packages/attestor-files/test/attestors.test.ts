import { material, product } from '@cilock/attestor-files'
import type { ProductOptions } from '@cilock/attestor-files'
import { hashBytes, stringifyJson } from '@cilock/core'
import type { Artifacts, AttestContext, Evidence } from '@cilock/core'
import { attestContext } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'

function tree(files: Readonly<Record<string, string>>, folder: string = temporaryFolder(onTestFinished)): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

const digestsOf = (files: Readonly<Record<string, string>>, algorithms: readonly string[] = ['sha256']): Artifacts =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path, hashBytes(new TextEncoder().encode(content), algorithms)]))

const attestMaterial = (workingDir: string, context: Partial<AttestContext> = {}): Promise<Evidence> => material().attest(attestContext({ ...context, workingDir }))
const attestProduct = (workingDir: string, options: ProductOptions = {}, context: Partial<AttestContext> = {}): Promise<Evidence> => product(options).attest(attestContext({ ...context, workingDir }))

async function productPaths(workingDir: string, options: ProductOptions = {}, context: Partial<AttestContext> = {}): Promise<readonly string[]> {
  return Object.keys((await attestProduct(workingDir, options, context)).products ?? {}).toSorted()
}

describe('material()', () => {
  it('writes the tree of all files, and knows the digests of each', async () => {
    const files = { 'a.txt': 'hello\n', 'b.txt': 'world\n', 'c/empty': '' }
    const { predicate, subjects, backRefs, materials } = await attestMaterial(tree(files))
    expect(stringifyJson(predicate)).toBe(
      '{"merkleRoot":"fc99de6c1a5063b23ad2e2578ded528224455dd8cecfcab0e1a7716545a03edc","treeSize":3,"hashAlgorithm":"sha256","construction":"RFC6962","leaves":[' +
        '{"path":"a.txt","fileDigest":"5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03","leafHash":"ecb65bb98f9d905b70458986c39fcbad7715e5f2fcc3b1f07767d7c83e2438cc"},' +
        '{"path":"b.txt","fileDigest":"e258d248fda94c63753607f7c4494ee0fcbe92f1a76bfdac795c9d84101eb317","leafHash":"dc0a7d4047ef3bfc9f2a86dc270e6e67cb7a3a7c071acedf5899382f6040d106"},' +
        '{"path":"c/empty","fileDigest":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","leafHash":"5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456"}]}',
    )
    expect(subjects).toEqual({ 'tree:materials': { sha256: 'fc99de6c1a5063b23ad2e2578ded528224455dd8cecfcab0e1a7716545a03edc' } })
    expect(backRefs).toEqual(subjects)
    expect(materials).toEqual(digestsOf(files))
  })

  it('has one leaf for each content, and still knows every path', async () => {
    const { predicate, materials } = await attestMaterial(tree({ b: 'same', a: 'same', 'B/c': 'other' }))
    expect(predicate).toMatchObject({ treeSize: 2 })
    expect(stringifyJson(predicate)).not.toContain('"path":"b"')
    expect(materials).toEqual(digestsOf({ 'B/c': 'other', a: 'same', b: 'same' }))
  })

  it('writes leaves for no files at all', async () => {
    const { predicate, materials } = await attestMaterial(temporaryFolder(onTestFinished))
    expect(stringifyJson(predicate)).toBe('{"merkleRoot":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","treeSize":0,"hashAlgorithm":"sha256","construction":"RFC6962","leaves":[]}')
    expect(materials).toEqual({})
  })

  it('hashes by every algorithm of the run, small files and large ones', async () => {
    const hashes = ['sha256', 'sha1', 'gitoid:sha256', 'gitoid:sha1']
    const files = { small: 'hello\n', exact: 'x'.repeat(2 ** 20), large: 'y'.repeat(5 * 2 ** 20 + 7), empty: '' }
    const { materials } = await attestMaterial(tree(files), { hashes })
    expect(materials).toEqual(digestsOf(files, hashes))
  })

  it('writes a backslash of a name as a slash, as Go does', async () => {
    const { predicate, materials } = await attestMaterial(tree({ 'back\\slash': '1' }))
    expect(predicate).toMatchObject({ leaves: [{ path: 'back/slash' }] })
    expect(Object.keys(materials ?? {})).toEqual(['back\\slash'])
  })

  it('gives the same bytes again', async () => {
    const folder = tree(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`d${index % 7}/f${index}`, `content ${index % 40}`])))
    const [first, second] = await Promise.all([attestMaterial(folder), attestMaterial(folder)])
    expect(stringifyJson(first?.predicate)).toBe(stringifyJson(second?.predicate))
  })
})

describe('product()', () => {
  it('records what is no material, with its MIME type', async () => {
    const folder = tree({ kept: 'same', changed: 'new', made: '{"a":1}' })
    const { predicate, subjects, backRefs, products } = await attestProduct(folder, {}, { materials: digestsOf({ kept: 'same', changed: 'old', gone: 'x' }) })
    expect(products).toEqual({
      changed: { mime_type: 'text/plain; charset=utf-8', digest: digestsOf({ changed: 'new' })['changed'] },
      made: { mime_type: 'application/json', digest: digestsOf({ made: '{"a":1}' })['made'] },
    })
    expect(predicate).toMatchObject({ treeSize: 2, leaves: expect.arrayContaining([expect.objectContaining({ path: 'made' })]) as unknown })
    expect(Object.keys(subjects ?? {})).toEqual(['tree:products'])
    expect(backRefs).toEqual(subjects)
  })

  it('writes no leaves for no products', async () => {
    const { predicate, products } = await attestProduct(temporaryFolder(onTestFinished))
    expect(stringifyJson(predicate)).toBe('{"merkleRoot":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","treeSize":0,"hashAlgorithm":"sha256","construction":"RFC6962"}')
    expect(products).toEqual({})
  })

  it('says what the names of products say', async () => {
    const kinds = {
      'a.slsa-provenance.json': 'slsa-provenance',
      'b.intoto.jsonl': 'intoto',
      'c.intoto.json': 'intoto',
      'd.intoto.dsse': 'intoto-dsse',
      'e.dsse': 'intoto-dsse',
      'f.spdx.json': 'spdx',
      'g.spdx.yaml': 'spdx',
      'H.SPDX.YML': 'spdx',
      'i.cdx.json': 'cyclonedx',
      'j.cdx.xml': 'cyclonedx',
      'bom.json': 'cyclonedx',
      'sub/BOM.json': 'cyclonedx',
      'k.sarif.json': 'sarif',
      'l.sarif': 'sarif',
      'm.vex.json': 'vex',
      'n.csaf.json': 'vex',
      'sub.bom.json': undefined,
      'x.spdx': undefined,
      'y.json': undefined,
    }
    const { predicate } = await attestProduct(tree(Object.fromEntries(Object.keys(kinds).map((name) => [name, name]))))
    const { leaves } = predicate as { leaves: readonly { path: string; kind?: string }[] }
    expect(Object.fromEntries(leaves.map(({ path, kind }) => [path, kind]))).toEqual(kinds)
    expect(leaves.every((leaf) => !('kind' in leaf) || leaf.kind !== undefined)).toBe(true)
  })

  describe('tells products from materials', () => {
    const executeStart = new Date('2026-01-01T12:00:00Z')
    const at = (folder: string, file: string, time: string): void => utimesSync(join(folder, file), new Date(time), new Date(time))

    it('by the time at which a file was written to, from the start of the command on', async () => {
      const files = { before: '1', at: '2', after: '3', future: '4' }
      const folder = tree(files)
      at(folder, 'before', '2026-01-01T11:59:59.999Z')
      at(folder, 'at', '2026-01-01T12:00:00Z')
      at(folder, 'after', '2026-01-01T12:00:01Z')
      at(folder, 'future', '2040-01-01T00:00:00Z')
      expect(await productPaths(folder, {}, { materials: digestsOf(files), executeStart })).toEqual(['after', 'at', 'future'])
    })

    it('by content alone when no command was run', async () => {
      const files = { a: '1' }
      expect(await productPaths(tree(files), {}, { materials: digestsOf(files) })).toEqual([])
    })

    it('by content alone through links', async () => {
      const folder = tree({ 'real/f': '1' })
      symlinkSync('real', join(folder, 'link'))
      const materials = digestsOf({ 'real/f': '1', 'link/f': '1' })
      expect(await productPaths(folder, {}, { materials, executeStart })).toEqual(['real/f'])
    })

    it('also when the content is old but the file is new or another', async () => {
      const folder = tree({ new: '1', changed: '2' })
      at(folder, 'new', '2001-01-01T00:00:00Z')
      at(folder, 'changed', '2001-01-01T00:00:00Z')
      expect(await productPaths(folder, {}, { materials: digestsOf({ changed: '1' }), executeStart })).toEqual(['changed', 'new'])
    })

    it('and not by a property that every object has', async () => {
      expect(await productPaths(tree({ constructor: '1' }), {}, { materials: {} })).toEqual(['constructor'])
    })
  })

  it('takes what includeGlob matches and excludeGlob does not', async () => {
    const folder = tree({ 'dist/js/a.js': '1', 'dist/js/a.js.map': '2', 'dist/css/b.css': '3', 'top.js': '4', 'a[1].txt': '5' })
    expect(await productPaths(folder, { includeGlob: 'dist/*' })).toEqual(['dist/css/b.css', 'dist/js/a.js', 'dist/js/a.js.map'])
    expect(await productPaths(folder, { excludeGlob: '*.map' })).toEqual(['a[1].txt', 'dist/css/b.css', 'dist/js/a.js', 'top.js'])
    expect(await productPaths(folder, { includeGlob: '{dist/*,top.js}', excludeGlob: 'dist/js/*' })).toEqual(['dist/css/b.css', 'top.js'])
    expect(await productPaths(folder, { includeGlob: String.raw`a\[1\].txt` })).toEqual(['a[1].txt'])
    expect(await productPaths(folder, { includeGlob: '' })).toEqual([])
  })

  it('holds the patterns against the path of a link, not against its target\'s', async () => {
    const folder = tree({ 'real.txt': '1' })
    symlinkSync('real.txt', join(folder, 'link.txt'))
    expect(await productPaths(folder, { includeGlob: '*.txt' })).toEqual(['link.txt', 'real.txt'])
    expect(await productPaths(folder, { includeGlob: 'real*' })).toEqual(['real.txt'])
  })
})

describe('both refuse', () => {
  it.each(['material', 'product'])('%s: to go without SHA-256', async (name) => {
    const folder = tree({ a: '1' })
    // Which is not even reached.
    symlinkSync('b', join(folder, 'b'))
    const attest = name === 'material' ? attestMaterial(folder, { hashes: ['sha1'] }) : attestProduct(folder, {}, { hashes: ['sha1'] })
    await expect(attest).rejects.toMatchObject({ code: 'ERR_SHA256_REQUIRED' })
  })

  it('patterns that are none, before anything runs', () => {
    const invalid = expect.objectContaining({ code: 'ERR_GLOB_INVALID' }) as Error
    expect(() => product({ includeGlob: '[' })).toThrow(invalid)
    expect(() => product({ excludeGlob: '[' })).toThrow(invalid)
    expect(() => product({ dirHashGlobs: ['['] })).toThrow(invalid)
    expect(() => material({ dirHashGlobs: ['ok', '['] })).toThrow(invalid)
  })

  it.each([
    ['out', 'out'],
    ['out/sub', 'out/sub'],
    ['*', '.'],
    ['link/deep', 'link/deep'],
  ])('a directory that matches the dirhash pattern %s', async (pattern, directory) => {
    const workingDir = tree({ 'out/a': '1', 'out/sub/b': '2', 'real/deep/c': '3' })
    symlinkSync('real', join(workingDir, 'link'))
    const refused = { code: 'ERR_DIRHASH_UNSUPPORTED', message: expect.stringContaining(`${directory} matches`) as string }
    await expect(material({ dirHashGlobs: [pattern] }).attest(attestContext({ workingDir }))).rejects.toMatchObject(refused)
    await expect(product({ dirHashGlobs: ['none', pattern] }).attest(attestContext({ workingDir }))).rejects.toMatchObject(refused)
  })

  it('no directory when none matches', async () => {
    const workingDir = tree({ 'out/a': '1' })
    await expect(material({ dirHashGlobs: ['out/', 'a', 'out/a'] }).attest(attestContext({ workingDir }))).resolves.toMatchObject({ materials: digestsOf({ 'out/a': '1' }) })
  })
})

describe('a file that does not stay as it is', () => {
  /** Does something while `a`, which takes a while, is read; `b` and what is in `c` come after it. By two algorithms no file waits for others. */
  async function meanwhile(action: (folder: string) => void, context: Partial<AttestContext> = {}): Promise<unknown> {
    const folder = tree({ b: 'after', 'c/d': 'last' }, join(temporaryFolder(onTestFinished), 'work'))
    writeFileSync(join(folder, 'a'), Buffer.alloc(64 * 2 ** 20))
    const pending = attestMaterial(folder, { hashes: ['sha1', 'sha256'], ...context })
    pending.catch(() => {})
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    action(folder)
    return pending
  }
  const changed = (path: string): object => ({ code: 'ERR_FILE_CHANGED', message: expect.stringContaining(`${path} to stay`) as string })

  it('because it grows', async () => {
    await expect(meanwhile((folder) => appendFileSync(join(folder, 'a'), 'more'))).rejects.toMatchObject(changed('a'))
  })

  it('because it is written to', async () => {
    await expect(meanwhile((folder) => utimesSync(join(folder, 'a'), 1, 1))).rejects.toMatchObject(changed('a'))
  })

  it('because it is cut', async () => {
    await expect(meanwhile((folder) => writeFileSync(join(folder, 'a'), 'short'))).rejects.toMatchObject(changed('a'))
  })

  it('because it vanishes', async () => {
    await expect(meanwhile((folder) => rmSync(join(folder, 'b')))).rejects.toMatchObject(changed('b'))
  })

  it('because it becomes a link', async () => {
    const outside = tree({ secret: '1' })
    await expect(
      meanwhile((folder) => {
        rmSync(join(folder, 'b'))
        symlinkSync(join(outside, 'secret'), join(folder, 'b'))
      }),
    ).rejects.toMatchObject(changed('b'))
  })

  it('because it becomes a pipe, which is not waited for', async () => {
    await expect(
      meanwhile((folder) => {
        rmSync(join(folder, 'b'))
        execFileSync('mkfifo', [join(folder, 'b')])
      }),
    ).rejects.toMatchObject(changed('b'))
  })

  it('because its directory vanishes', async () => {
    await expect(meanwhile((folder) => rmSync(join(folder, 'c'), { recursive: true }))).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED', message: expect.stringContaining('directory c') as string })
  })

  it('because its directory is replaced', async () => {
    const outside = tree({ b: 'another', 'c/d': 'file' })
    await expect(
      meanwhile((folder) => {
        renameSync(folder, `${folder}-moved`)
        symlinkSync(outside, folder)
      }),
    ).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED', message: expect.stringContaining('directory') as string })
  })

  it('because it has other bytes than its size says', async () => {
    // Files that the kernel makes up when they are read have no size.
    await expect(attestMaterial('/proc/sys/kernel/random')).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  it('stops with the run, in the middle of a file', async () => {
    const controller = new AbortController()
    await expect(meanwhile(() => controller.abort(new TypeError('stop')), { signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
      cause: expect.objectContaining({ message: 'stop' }) as Error,
    })
  })
})

describe('a run that was stopped', () => {
  const signal = AbortSignal.abort()

  it('reads nothing', async () => {
    const folder = tree({ a: '1' })
    await expect(attestMaterial(folder, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await expect(attestProduct(folder, {}, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    await expect(attestMaterial(temporaryFolder(onTestFinished), { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  it('reads no further once it was stopped', async () => {
    const folder = tree({ a: '1' })
    symlinkSync('b', join(folder, 'b'))
    const controller = new AbortController()
    const pending = attestMaterial(folder, { signal: controller.signal })
    controller.abort()
    // Further on is a link that leads to itself.
    await expect(pending).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})
