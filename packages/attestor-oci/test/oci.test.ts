import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { oci, ociType } from '@cilock/attestor-oci'
import { CilockError, sha256Hex } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { fileContext } from '@cilock/testing/node'
import { skipped, vectors } from '@cilock/vectors'
import { readArchive } from '../src/read-archive.node.ts'
import { diffIdOf, imageOf, layerOf } from './image.ts'
import { tarOf } from './tar.ts'
import type { TarEntry } from './tar.ts'

/** A run's context over new files, all of them products. */
const contextOf = (files: Readonly<Record<string, string | Uint8Array>>, given: Partial<AttestContext> = {}): AttestContext =>
  fileContext(onTestFinished, files, { mimeTypeOf: sniffMimeType, ...given })

const attest = (archive: Uint8Array, options = {}) => oci(options).attest(contextOf({ 'image.tar': archive }))
const refusal = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) })

describe('an image', () => {
  const layers = [layerOf('one'), layerOf('two'), layerOf('three')]

  test('is recorded by its configuration, tags and layers in the order of the manifest', async () => {
    const archive = imageOf({ layers, names: ['layer2.tar', 'layer0.tar', 'layer1.tar'], diffIds: [2, 0, 1].map((index) => diffIdOf(layers[index] ?? Buffer.of())) })
    const { predicate, subjects, backRefs } = await attest(archive)
    expect(predicate.diffids).toEqual([2, 0, 1].map((index) => ({ sha256: sha256Hex(layers[index] ?? '') })))
    expect(predicate.tardigest).toEqual({ sha256: sha256Hex(archive) })
    expect(predicate.imagetags).toEqual(['app:1'])
    expect(Object.keys(subjects ?? {}).map((name) => name.split(':')[0])).toEqual(['imageid', 'imagetag', 'layerdiffid00', 'layerdiffid01', 'layerdiffid02', 'manifestdigest', 'tardigest'])
    expect(Object.keys(backRefs ?? {}).map((name) => name.split(':')[0])).toEqual(['imageid', 'imagetag', 'manifestdigest'])
  })

  test('has the same layers when they are compressed', async () => {
    const plain = await attest(imageOf({ layers }))
    const packed = await attest(imageOf({ layers: layers.map((layer) => gzipSync(layer)), diffIds: layers.map(diffIdOf) }))
    expect(packed.predicate.diffids).toEqual(plain.predicate.diffids)
    expect(packed.predicate.imageid).toEqual(plain.predicate.imageid)
  })

  test('may use one layer twice', async () => {
    const layer = layerOf('one')
    const { predicate } = await attest(imageOf({ layers: [layer], names: ['layer0.tar', 'layer0.tar'], diffIds: [diffIdOf(layer), diffIdOf(layer)] }))
    expect(predicate.diffids).toEqual([{ sha256: sha256Hex(layer) }, { sha256: sha256Hex(layer) }])
  })

  test('may link its layers, over several links', async () => {
    const layer = layerOf('one')
    const more = [
      { name: 'a/b/layer.tar', flag: '2', link: '../link.tar' },
      { name: 'a/link.tar', flag: '1', link: './layer0.tar' },
    ]
    const { predicate } = await attest(imageOf({ layers: [layer], names: ['a/b/layer.tar'], more }))
    expect(predicate.diffids).toEqual([{ sha256: sha256Hex(layer) }])
  })

  test('is hashed by all algorithms of the run', async () => {
    const hashes = ['sha256', 'sha1', 'gitoid:sha256', 'gitoid:sha1']
    const layer = layerOf('one')
    const packed = contextOf({ 'image.tar': imageOf({ layers: [gzipSync(layer)], diffIds: [diffIdOf(layer)] }) }, { hashes })
    const plain = contextOf({ 'image.tar': imageOf({ layers: [layer] }) }, { hashes })
    const [a, b] = [(await oci().attest(packed)).predicate, (await oci().attest(plain)).predicate]
    expect(Object.keys(a.imageid)).toEqual(hashes.toSorted())
    expect(a.diffids).toEqual(b.diffids)
  })

  test('has no subjects by name where the run has no sha256', async () => {
    const { predicate, subjects } = await oci().attest(contextOf({ 'image.tar': imageOf() }, { hashes: ['sha1'] }))
    expect(Object.keys(predicate.imageid)).toEqual(['sha1'])
    expect(Object.keys(subjects ?? {})).toEqual(['imagetag:app:1'])
  })

  test('is found among other tars, the first by name', async () => {
    const files = { 'a.tar': tarOf({ name: 'x', content: 'y' }), 'c.tar': imageOf({ tags: ['c:1'] }), 'b.tar': imageOf({ tags: ['b:1'] }) }
    expect((await oci().attest(contextOf(files))).predicate.imagetags).toEqual(['b:1'])
    expect((await oci({ file: 'c.tar' }).attest(contextOf(files))).predicate.imagetags).toEqual(['c:1'])
  })
})

const images = vectors('images')

describe.skipIf(images === undefined)(images === undefined ? skipped('images') : 'archives of real tools', () => {
  test.each([
    ['docker-archive.tar', 'af35d4a8baf022342a5003e886ec495eca39801a95155b777a367be2972b1a65', 'c9cd24d9c2bd42c1c4af28cd38e9805458ea5f6fd1f17bf97c3aa0a007aaad27'],
    ['buildah-docker-archive.tar', 'e7fffe6fbac996d2375ac0eacda6c3df048090b0866f96d558f3ce5a0285b502', 'ab20c9eafc1c4756b83a2e4b812b5cd57b3d2500b50ac783816e21dfcc121646'],
  ])('%s', async (name, imageid, diffid) => {
    const { predicate } = await attest(readFileSync(join(String(images), name)))
    expect(predicate).toMatchObject({ imageid: { sha256: imageid }, diffids: [{ sha256: diffid }] })
  })

  test.each(['oci-archive.tar', 'buildah-oci-archive.tar', 'multi-oci-archive.tar'])('%s is named as a layout', async (name) => {
    await expect(attest(readFileSync(join(String(images), name)))).rejects.toMatchObject(refusal('ERR_OCI_LAYOUT', /image\.tar: .*OCI image layout/))
  })
})

describe('refuses', () => {
  const layer = layerOf('hello')
  const config = JSON.stringify({ rootfs: { diff_ids: [diffIdOf(layer)] } })
  const manifest = (value: unknown) => ({ name: 'manifest.json', content: typeof value === 'string' ? value : JSON.stringify(value) })
  const image = { Config: 'c.json', RepoTags: null, Layers: ['l.tar'] }
  const files = [
    { name: 'l.tar', content: layer },
    { name: 'c.json', content: config },
  ]
  const withEntries = (...more: readonly TarEntry[]) => tarOf(...more, manifest([image]))

  const cases: readonly (readonly [what: string, archive: () => Uint8Array, code: string, message: RegExp])[] = [
    ['a tar without manifest.json', () => tarOf(...files), 'ERR_OCI_MANIFEST_MISSING', /manifest\.json/],
    ['a manifest of another name', () => tarOf(...files, { ...manifest([image]), name: './manifest.json' }), 'ERR_OCI_MANIFEST_MISSING', /as \.\/manifest\.json/],
    ['a manifest without images', () => tarOf(...files, manifest([])), 'ERR_OCI_MANIFEST_MISSING', /empty list/],
    ['a manifest that is null', () => tarOf(...files, manifest('null')), 'ERR_OCI_ENTRY_INVALID', /JSON/],
    ['a manifest that is an object', () => tarOf(...files, manifest(image)), 'ERR_MALFORMED', /manifest\.json: .*an array/],
    ['a manifest that is cut', () => tarOf(...files, manifest('[{"Config":')), 'ERR_MALFORMED', /manifest\.json: /],
    ['a manifest with a key twice', () => tarOf(...files, manifest('[{"Config":"a","Config":"c.json"}]')), 'ERR_MALFORMED', /manifest\.json: /],
    ['a manifest with a key in other letter case', () => tarOf(...files, manifest([{ ...image, config: 'x' }])), 'ERR_MALFORMED', /letter case/],
    ['a manifest that is no file', () => tarOf(...files, { name: 'manifest.json', flag: '5' }), 'ERR_OCI_MANIFEST_MISSING', /manifest/],
    ['a manifest that is a device', () => tarOf(...files, { name: 'manifest.json', flag: '3' }), 'ERR_OCI_ENTRY_INVALID', /character-device/],
    ['a missing configuration', () => withEntries({ name: 'l.tar', content: layer }), 'ERR_OCI_ENTRY_MISSING', /c\.json/],
    ['a configuration that is no JSON', () => withEntries({ name: 'l.tar', content: layer }, { name: 'c.json', content: 'text' }), 'ERR_OCI_ENTRY_INVALID', /c\.json/],
    ['a configuration of broken JSON', () => withEntries({ name: 'l.tar', content: layer }, { name: 'c.json', content: '{' }), 'ERR_MALFORMED', /c\.json: /],
    ['a configuration without layers', () => withEntries({ name: 'l.tar', content: layer }, { name: 'c.json', content: '{}' }), 'ERR_OCI_DIFF_ID_MISMATCH', /0 layers/],
    ['a configuration of more layers', () => imageOf({ diffIds: [diffIdOf(layer), diffIdOf(layer)] }), 'ERR_OCI_DIFF_ID_MISMATCH', /2 layers/],
    ['a configuration of another layer', () => imageOf({ diffIds: [`sha256:${'0'.repeat(64)}`] }), 'ERR_OCI_DIFF_ID_MISMATCH', /layer 0/],
    ['a missing layer', () => imageOf({ names: ['other.tar'] }), 'ERR_OCI_ENTRY_MISSING', /other\.tar/],
    ['two manifests', () => tarOf(...files, manifest([image]), manifest([image])), 'ERR_OCI_ENTRY_DUPLICATE', /manifest\.json/],
    ['two manifests by names that a file system takes for one', () => tarOf(...files, { ...manifest([image]), name: './manifest.json' }, manifest([image])), 'ERR_OCI_ENTRY_DUPLICATE', /manifest\.json/],
    ['two configurations', () => withEntries(...files, { name: 'c.json', content: config }), 'ERR_OCI_ENTRY_DUPLICATE', /c\.json/],
    ['two layers of one name', () => withEntries(...files, { name: 'x/../l.tar', content: layer }), 'ERR_OCI_ENTRY_DUPLICATE', /l\.tar/],
    ['a link out of the archive', () => imageOf({ names: ['l'], more: [{ name: 'l', flag: '2', link: '../layer0.tar' }] }), 'ERR_OCI_ENTRY_INVALID', /leads out/],
    ['a link to the root', () => imageOf({ names: ['l'], more: [{ name: 'l', flag: '2', link: '/layer0.tar' }] }), 'ERR_OCI_ENTRY_INVALID', /leads out/],
    ['a link to itself', () => imageOf({ names: ['l'], more: [{ name: 'l', flag: '2', link: 'l' }] }), 'ERR_OCI_ENTRY_INVALID', /links in a row/],
    ['a link to nothing', () => imageOf({ names: ['l'], more: [{ name: 'l', flag: '1', link: 'gone' }] }), 'ERR_OCI_ENTRY_MISSING', /gone.*through l/],
    ['a sparse layer', () => imageOf({ layers: [], names: ['s'], diffIds: [diffIdOf(layer)], more: [{ name: 'p', flag: 'x', content: '22 GNU.sparse.major=1\n' }, { name: 's', content: layer }] }), 'ERR_OCI_ENTRY_INVALID', /sparse/],
    ['an old GNU sparse layer', () => imageOf({ layers: [], names: ['s'], diffIds: [diffIdOf(layer)], more: [{ name: 's', flag: 'S', content: layer }] }), 'ERR_OCI_ENTRY_INVALID', /unknown kind/],
    ['a gzip layer that is cut', () => imageOf({ layers: [gzipSync(layer).subarray(0, -9)], diffIds: [diffIdOf(layer)] }), 'ERR_OCI_LAYER_INVALID', /layer0\.tar: .*gzip/],
    ['a gzip layer that is damaged', () => imageOf({ layers: [damaged(gzipSync(layer))], diffIds: [diffIdOf(layer)] }), 'ERR_OCI_LAYER_INVALID', /gzip/],
    ['text behind a gzip layer', () => imageOf({ layers: [Buffer.concat([gzipSync(layer), Buffer.from('more')])], diffIds: [diffIdOf(layer)] }), 'ERR_OCI_LAYER_INVALID', /gzip/],
    ['zeros behind a gzip layer', () => imageOf({ layers: [Buffer.concat([gzipSync(layer), Buffer.alloc(9)])], diffIds: [diffIdOf(layer)] }), 'ERR_OCI_LAYER_INVALID', /nothing behind/],
    ['a blob of another digest than its name', () => imageOf({ names: [`blobs/sha256/${'0'.repeat(64)}`], more: [{ name: `blobs/sha256/${'0'.repeat(64)}`, content: layer }] }), 'ERR_OCI_DIGEST_MISMATCH', /blobs/],
    ['an archive that is cut within an entry', () => imageOf().subarray(0, 900), 'ERR_OCI_TAR_INVALID', /end of data/],
    ['an archive that is cut within a header', () => imageOf().subarray(0, 2560 + 200), 'ERR_OCI_TAR_INVALID', /whole tar/],
    ['a header that is damaged', () => damaged(imageOf(), 2560 + 20), 'ERR_OCI_TAR_INVALID', /header/],
    ['an image behind the end of another, which docker would load', () => Buffer.concat([imageOf(), tarOf({ name: 'more', content: 'x' })]), 'ERR_OCI_TAR_INVALID', /behind the zeros/],
    ['a link that hides an image as its content, which docker would load', () => tarOf({ name: 'a', flag: '2', link: 'b', content: imageOf() }, manifest([image])), 'ERR_OCI_TAR_INVALID', /only files have content/],
    ['an entry with two names', () => withEntries(...files, { name: 'l', flag: 'L', content: 'one\0' }, { name: 'p', flag: 'x', content: '12 path=two\n' }), 'ERR_OCI_TAR_INVALID', /found L, x/],
    ['a size that lies', () => tarOf({ name: 'a', size: 2 ** 40 }, manifest([image])), 'ERR_OCI_TAR_INVALID', /end of data/],
    ['a size beyond all numbers', () => tarOf({ name: 'a', size: 2 ** 62 }, manifest([image])), 'ERR_OCI_TAR_INVALID', /whole tar/],
    ['a header of headers that is too long', () => tarOf({ name: 'a', flag: 'x', content: Buffer.alloc(5_000_000, 'a') }, manifest([image])), 'ERR_OCI_TAR_INVALID', /max size/],
  ]
  test.each(cases)('%s', async (_, archive, code, message) => {
    await expect(attest(archive())).rejects.toMatchObject(refusal(code, message))
  })

  test('a step without products, and one without a tar', async () => {
    await expect(oci().attest(contextOf({}))).rejects.toMatchObject(refusal('ERR_OCI_TAR_MISSING', /none in 0/))
    await expect(oci().attest(contextOf({ 'image.tar': 'text', 'image.tar.gz': gzipSync(imageOf()) }))).rejects.toMatchObject(refusal('ERR_OCI_TAR_MISSING', /not compressed/))
    await expect(oci({ file: 'b.tar' }).attest(contextOf({ 'a.tar': imageOf() }))).rejects.toMatchObject(refusal('ERR_OCI_TAR_MISSING', /b\.tar/))
  })

  test('a product called by file that is no tar', async () => {
    await expect(oci({ file: 'a' }).attest(contextOf({ a: 'x'.repeat(600) }))).rejects.toMatchObject(refusal('ERR_OCI_TAR_INVALID', /a: /))
  })

  test('an archive that changed after it was hashed', async () => {
    const context = contextOf({ 'image.tar': imageOf({ tags: ['a:1'] }) })
    writeFileSync(join(context.workingDir, 'image.tar'), imageOf({ tags: ['b:1'] }))
    await expect(oci().attest(context)).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  test('an archive with something behind its end', async () => {
    const context = contextOf({ 'image.tar': imageOf() })
    appendFileSync(join(context.workingDir, 'image.tar'), Buffer.alloc(512))
    await expect(oci().attest(context)).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  test('to go on once it is stopped', async () => {
    await expect(oci().attest(contextOf({ 'image.tar': imageOf() }, { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  test.each([{ maxEntries: 0 }, { maxUncompressedBytes: -1 }, { maxRatio: Number.NaN }])('a limit that is none: %j', (options) => {
    expect(() => oci(options)).toThrow(TypeError)
  })
})

describe('limits', () => {
  const zeros = Buffer.alloc(16 * 1024 * 1024)
  const packed = gzipSync(zeros)

  test('a layer may be much larger than it is compressed', async () => {
    const image = imageOf({ layers: [packed], diffIds: [diffIdOf(zeros)] })
    expect((await attest(image, { maxRatio: 2 })).predicate.diffids).toEqual([{ sha256: sha256Hex(zeros) }])
  })

  test('but a large one not more than maxRatio times', async () => {
    const limits = { maxEntries: 9, maxUncompressedBytes: 1e9, ratioFloor: zeros.length - 1 }
    const read = (maxRatio: number) => readArchive(Readable.from([imageOf({ layers: [packed] })]), ['sha256'], { ...limits, maxRatio })
    expect((await read(900)).file('layer0.tar').failure).toMatchObject(refusal('ERR_LIMIT_EXCEEDED', /maxRatio/))
    expect((await read(1_100)).file('layer0.tar').diffId).toBe(sha256Hex(zeros))
  })

  test('nor more than maxUncompressedBytes, all layers together', async () => {
    const [a, b] = [layerOf('a'), layerOf('b')]
    const archive = imageOf({ layers: [gzipSync(a), gzipSync(b)], diffIds: [diffIdOf(a), diffIdOf(b)] })
    await expect(attest(archive, { maxUncompressedBytes: a.length + b.length - 1 })).rejects.toMatchObject(refusal('ERR_LIMIT_EXCEEDED', /maxUncompressedBytes/))
    expect((await attest(archive, { maxUncompressedBytes: a.length + b.length })).predicate.diffids).toHaveLength(2)
  })

  test('a bomb that is no layer does no harm', async () => {
    const archive = imageOf({ more: [{ name: 'other.gz', content: packed }] })
    expect((await attest(archive, { maxUncompressedBytes: 1000 })).predicate.diffids).toHaveLength(1)
  })

  test('a tar may have so many entries and no more', async () => {
    const one = tarOf({ name: 'e' }).subarray(0, 512)
    const many = Buffer.concat([Buffer.alloc(512 * 100_000, one), imageOf()])
    await expect(attest(many)).rejects.toMatchObject(refusal('ERR_LIMIT_EXCEEDED', /maxEntries/))
    expect((await attest(imageOf(), { maxEntries: 3 })).predicate.diffids).toHaveLength(1)
    await expect(attest(imageOf(), { maxEntries: 2 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })

  test('what may be JSON is not kept without end', async () => {
    const json = Buffer.alloc(7 * 1024 * 1024, ' ')
    const archive = imageOf({ more: Array.from({ length: 10 }, (_, index) => ({ name: `${index}.json`, content: json })) })
    await expect(attest(archive)).rejects.toMatchObject(refusal('ERR_LIMIT_EXCEEDED', /JSON/))
  })
})

test.each([1, 7, 513, 100_000])('pieces of %d bytes are read as the whole is', async (length) => {
  const layers = [gzipSync(layerOf('one')), layerOf('two')]
  const archive = imageOf({ layers, diffIds: [diffIdOf(layerOf('one')), diffIdOf(layerOf('two'))] })
  const pieces = Array.from({ length: Math.ceil(archive.length / length) }, (_, index) => archive.subarray(index * length, (index + 1) * length))
  const read = await readArchive(Readable.from(pieces), ['sha256'], { maxEntries: 9, maxUncompressedBytes: 1e9, maxRatio: 2_000, ratioFloor: 1e9 })
  expect(read.file('layer0.tar')).toMatchObject({ sha256: sha256Hex(layers[0] ?? ''), diffId: sha256Hex(layerOf('one')) })
  expect(read.file('layer1.tar')).toMatchObject({ sha256: sha256Hex(layerOf('two')), digest: { sha256: sha256Hex(layerOf('two')) } })
  expect(Buffer.from(read.file('manifest.json').content ?? []).toString()).toContain('layer1.tar')
})

describe('reading a predicate', () => {
  test.each([[undefined], [[]], [{ diffids: {} }], [{ manifestraw: '*' }], [{ TarDigest: {} }]])('refuses %j', (predicate) => {
    expect(() => ociType.read(predicate, ociType.predicateType)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })

  test('refuses a manifest of another digest', async () => {
    const { predicate } = await attest(imageOf())
    const other = { ...predicate, manifestraw: Buffer.from('[]').toString('base64') }
    expect(() => ociType.read(other, ociType.predicateType)).toThrow(expect.objectContaining({ code: 'ERR_EVIDENCE_INVALID' }))
  })
})

test('a damaged archive is refused by code, or says the same as before', async () => {
  const good = imageOf({ layers: [layerOf('one'), gzipSync(layerOf('two'))], diffIds: [diffIdOf(layerOf('one')), diffIdOf(layerOf('two'))] })
  const expected = (await attest(good)).predicate
  const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(damage, fc.option(fc.nat(good.length)), async (changes, length) => {
      const archive = Buffer.from(good)
      for (const [at, value] of changes) archive[at] = value
      try {
        const { predicate } = await attest(length === null ? archive : archive.subarray(0, length), { file: 'image.tar' })
        expect(predicate.diffids).toEqual(expected.diffids)
      } catch (error) {
        if (!CilockError.is(error)) throw error
        expect(error.code).toMatch(/^ERR_(OCI_\w+|MALFORMED|LIMIT_EXCEEDED|FILE_CHANGED)$/)
      }
    }),
    { numRuns: 150 },
  )
})

function damaged(bytes: Buffer, at = bytes.length - 12): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}
