import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadBundles } from '../../src/command/bundle.ts'
import { CommandError, type Host } from '../../src/command/host.ts'
import { readTar } from '../../src/command/tar.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

/** Files in memory; what is bytes is an archive, already unpacked. */
function hostOf(files: Files): Host {
  return {
    readFile: (path) => {
      const file = files[path]
      if (typeof file !== 'string') throw new CommandError(`cannot read ${path}`)
      return file
    },
    readGzip: (path) => {
      const file = files[path]
      if (!(file instanceof Uint8Array)) throw new CommandError(`cannot read ${path}`)
      return file
    },
    readStandardInput: () => '',
    listFiles: (path) => (path in files ? [path] : Object.keys(files).filter((file) => file.startsWith(`${path}/`))),
    write: () => undefined,
    writeError: () => undefined,
    now: () => new Date(0),
    seed: () => 'seed',
  }
}

/** A tar archive as Go and GNU write them, one header a file. */
function tarOf(files: Readonly<Record<string, string>>, change: (header: Uint8Array) => void = () => undefined, type = '0'): Uint8Array {
  const encoder = new TextEncoder()
  const parts = Object.entries(files).map(([path, content]) => {
    const bytes = encoder.encode(content)
    const header = new Uint8Array(512)
    const put = (at: number, text: string): void => header.set(encoder.encode(text), at)
    put(0, path)
    put(100, '0000644\0')
    put(124, `${bytes.length.toString(8).padStart(11, '0')}\0`)
    put(148, '        ')
    put(156, type)
    put(257, 'ustar\x0000')
    change(header)
    put(148, `${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `)
    const padded = new Uint8Array(Math.ceil(bytes.length / 512) * 512)
    padded.set(bytes)
    return [header, padded]
  })
  return Uint8Array.from(Buffer.concat([...parts.flat(), new Uint8Array(1024)]))
}

async function failure(files: Files, ...paths: readonly string[]): Promise<string> {
  try {
    await loadBundles(paths, 'v1', hostOf(files))
  } catch (error) {
    if (error instanceof CommandError) return error.message
    throw error
  }
  return 'none'
}

const rego = 'package a.b\n\np := 1\n'

describe('bundles', () => {
  test('an archive holds what a folder does', async () => {
    const files = { 'data.json': '{"a": 1}', 'x/data.yml': 'z: 2\n', 'x/other.json': '{"no": 1}', 'p.rego': rego, '.manifest': '{}' }
    const inFolder = Object.fromEntries(Object.entries(files).map(([path, text]) => [`b/${path}`, text]))
    const folder = await loadBundles(['b'], 'v1', hostOf(inFolder))
    expect(folder).toEqual({ modules: [{ name: 'b/p.rego', source: rego }], data: { a: 1, x: { z: 2 } } })
    for (const prefix of ['', './', '/']) {
      const archive = tarOf(Object.fromEntries(Object.entries(files).map(([path, text]) => [prefix + path, text])))
      expect(await loadBundles(['b.tar.gz'], 'v1', hostOf({ 'b.tar.gz': archive }))).toEqual({ ...folder, modules: [{ name: 'b.tar.gz/p.rego', source: rego }] })
    }
  })

  test('several bundles have their own roots', async () => {
    const files = { 'one/.manifest': '{"roots": ["a"]}', 'one/data.json': '{"a": {"x": 1}}', 'two/.manifest': '{"roots": ["/b/c/"]}', 'two/b/c/data.json': '{"y": 2}' }
    expect((await loadBundles(['one', 'two'], 'v1', hostOf(files))).data).toEqual({ a: { x: 1 }, b: { c: { y: 2 } } })
  })

  test('a manifest may name the dialect that is asked for', async () => {
    const files = { 'b/.manifest': '{"rego_version": 0, "file_rego_versions": {"/p.rego": 1}}', 'b/p.rego': rego }
    expect((await loadBundles(['b'], 'v1', hostOf(files))).modules).toHaveLength(1)
  })

  test.each<readonly [string, Files, string]>([
    ['data outside of the roots', { 'b/.manifest': '{"roots": ["a"]}', 'b/data.json': '{"k": 1}' }, 'expected data below the roots "a" of the manifest, found k in b/data.json'],
    ['data where a root begins', { 'b/.manifest': '{"roots": ["a/b"]}', 'b/data.json': '{"a": 1}' }, 'expected data below the roots "a/b" of the manifest, found a in b/data.json'],
    ['a package outside of the roots', { 'b/.manifest': '{"roots": ["a/c"]}', 'b/p.rego': rego }, 'expected packages below the roots "a/c" of the manifest, found a.b in b/p.rego'],
    ['roots that overlap', { 'b/.manifest': '{"roots": ["a", "a/b"]}' }, 'expected roots that do not overlap in b/.manifest, found "a", "a/b"'],
    ['the same root twice', { 'b/.manifest': '{"roots": ["a", "a"]}' }, 'expected roots that do not overlap in b/.manifest, found "a", "a"'],
    ['roots of another kind', { 'b/.manifest': '{"roots": [1]}' }, 'expected a list of texts as roots of b/.manifest, found something else'],
    ['a manifest that is no object', { 'b/.manifest': '[]' }, 'expected an object in b/.manifest, found something else'],
    ['a manifest that is no JSON', { 'b/.manifest': '{' }, 'b/.manifest: malformed JSON'],
    ['an unknown version', { 'b/.manifest': '{"rego_version": 7}' }, 'expected 0 or 1 as version of Rego in b/.manifest, found 7'],
    ['another dialect', { 'b/.manifest': '{"rego_version": 0}', 'b/p.rego': rego }, 'expected modules of the dialect v1, found v0 for b/p.rego in the manifest of b: choose it with --v0-compatible'],
    ['patterns of files', { 'b/.manifest': '{"file_rego_versions": {"/*.rego": 1}}' }, 'expected names of files in file_rego_versions of b/.manifest, found a pattern: "/*.rego"'],
    ['the same data twice', { 'b/data.json': '{"a": 1}', 'b/a/data.json': '{"c": 1}' }, 'expected each part of data once, found a again in b/a/data.json'],
    ['data that is no object', { 'b/data.json': '5' }, 'expected an object as data, found something else in b/data.json'],
    ['a file that is no archive', { b: 'text' }, 'expected a folder or a .tar.gz archive as bundle, found b'],
  ])('refuse %s', async (_, files, message) => {
    expect(await failure(files, 'b')).toContain(message)
  })

  test('refuse roots of two bundles that overlap', async () => {
    expect(await failure({ 'b/data.json': '{"a": 1}', 'c/.manifest': '{"roots": ["x"]}' }, 'b', 'c')).toBe('expected bundles with roots that do not overlap, found "" of b and "x" of c')
  })
})

describe('tar archives', () => {
  const paths = (archive: Uint8Array): readonly string[] => readTar(archive, 't').map(({ path }) => path)
  const appended = (...archives: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(archives.map((archive, i) => (i === archives.length - 1 ? archive : archive.subarray(0, -1024)))))

  test('give back what they hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}(?:\/[a-z]{1,9}){0,3}$/), fc.string({ maxLength: 1500 })), (files) => {
        expect(readTar(tarOf(files), 't').map(({ path, bytes }) => [path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)])).toEqual(
          Object.entries(files).map(([path, text]) => [path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))]),
        )
      }),
    )
  })

  test('never fail in other ways than they may, whatever they hold', () => {
    const whole = tarOf({ 'a.rego': rego, 'data.json': '{}' })
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
        const broken = whole.slice(0, end)
        if (at < broken.length) broken[at] = byte
        try {
          readTar(broken, 't')
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError)
        }
      }),
    )
  })

  test('names may be long', () => {
    const long = `${'d'.repeat(120)}/data.json`
    expect(paths(appended(tarOf({ '././@LongLink': `${long}\0` }, undefined, 'L'), tarOf({ short: '1' })))).toEqual([long])
    const record = `${` path=${long}\n`.length + 3} path=${long}\n`
    expect(paths(appended(tarOf({ pax: record }, undefined, 'x'), tarOf({ short: '1' })))).toEqual([long])
    expect(paths(tarOf({ 'data.json': '1' }, (header) => header.set(new TextEncoder().encode('some/folder'), 345)))).toEqual(['some/folder/data.json'])
  })

  test('folders, links and the like are no files', () => {
    expect(paths(appended(tarOf({ 'folder/': '' }, undefined, '5'), tarOf({ link: '' }, undefined, '2'), tarOf({ g: '10 a=b\n' }, undefined, 'g'), tarOf({ 'a.rego': rego })))).toEqual(['a.rego'])
  })

  test.each<readonly [string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 't: expected the end of a tar archive, found none'],
    ['no end', tarOf({ a: '1' }).subarray(0, 1024), 't: expected the end of a tar archive, found none'],
    ['half a file', tarOf({ a: '1'.repeat(600) }).subarray(0, 1024), 't: expected 600 bytes at byte 512, found 512'],
    ['another format', new TextEncoder().encode('PK'.repeat(400)), 't: expected a header of a tar archive at byte 0, found something else'],
    ['a wrong sum', tarOf({ a: '1' }).map((byte, i) => (i === 0 ? byte + 1 : byte)), 't: expected a header of a tar archive at byte 0, found something else'],
    ['records that are none', tarOf({ pax: 'path=x\n' }, undefined, 'x'), 't: expected records in a header of pax, found something else'],
    ['records that are too long', tarOf({ pax: '99 path=x\n' }, undefined, 'x'), 't: expected records in a header of pax, found something else'],
    ['names that are no UTF-8', tarOf({ a: '1' }, (header) => header.set([0xff], 0)), 't: expected UTF-8, found other bytes'],
  ])('%s is refused', (_, archive, message) => {
    expect(() => readTar(archive, 't')).toThrow(message)
  })

  test('modules that are no UTF-8 are refused', async () => {
    const archive = tarOf({ 'a.rego': rego })
    archive[512] = 0xff
    expect(await failure({ 'b.tar.gz': archive }, 'b.tar.gz')).toBe('b.tar.gz/a.rego: expected UTF-8, found other bytes')
  })

  test('the real ones come through gzip', async () => {
    const { nodeHost } = await import('../../src/node/host.ts')
    const folder = mkdtempSync(join(tmpdir(), 'rego-bundle-'))
    try {
      const file = join(folder, 'b.tar.gz')
      writeFileSync(file, gzipSync(tarOf({ 'data.json': '{"a": 1}' })))
      expect((await loadBundles([file], 'v1', nodeHost)).data).toEqual({ a: 1 })
      writeFileSync(file, 'no gzip')
      await expect(loadBundles([file], 'v1', nodeHost)).rejects.toThrow(`cannot read ${file}: incorrect header check`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
