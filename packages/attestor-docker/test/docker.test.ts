import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { docker, dockerType } from '@cilock/attestor-docker'
import type { AttestContext } from '@cilock/core'
import { fileContext } from '@cilock/testing/node'

/** A run's context over new files, all of them products. */
const contextOf = (files: Readonly<Record<string, string | Uint8Array>>, given: Partial<AttestContext> = {}): AttestContext =>
  fileContext(onTestFinished, files, { mimeTypeOf: sniffMimeType, ...given })

const sha256 = 'ab'.repeat(32)
const metadata = JSON.stringify({ 'containerimage.digest': `sha256:${sha256}`, 'image.name': 'app:1' })

test('every metadata file among the products is recorded', async () => {
  const other = JSON.stringify({ 'containerimage.digest': `sha256:${'cd'.repeat(32)}`, 'image.name': 'app:2' })
  const context = contextOf({ 'b/meta.json': metadata, 'a.json': other, 'package.json': '{"name":"x"}', 'notes.txt': metadata.slice(1) })
  const { predicate } = await docker().attest(context)
  expect(predicate.products).toEqual({
    [sha256]: { materials: {}, imagereferences: ['app:1'], imagedigest: { sha256 } },
    ['cd'.repeat(32)]: { materials: {}, imagereferences: ['app:2'], imagedigest: { sha256: 'cd'.repeat(32) } },
  })
})

test('the same run gives the same predicate in whatever order the products are', async () => {
  const { products, ...context } = contextOf({ 'a.json': metadata, 'b.json': metadata.replace('app:1', 'app:0') })
  const turned = Object.fromEntries(Object.entries(products).toReversed())
  const [first, second] = [await docker().attest({ ...context, products }), await docker().attest({ ...context, products: turned })]
  expect(JSON.stringify(second)).toBe(JSON.stringify(first))
  expect(first.predicate.products[sha256]?.imagereferences).toEqual(['app:1', 'app:0'])
})

test('a JSON product that only looks like JSON is none of its business', async () => {
  const context = contextOf({ 'a.json': metadata, 'broken.json': '{"a":1,}' })
  expect(Object.keys((await docker().attest(context)).predicate.products)).toEqual([sha256])
})

test('materials that two builds of an image share are recorded once, in the order in which they were named', async () => {
  const build = (...names: readonly string[]) => ({
    'containerimage.digest': `sha256:${sha256}`,
    'buildx.build.provenance/linux/amd64': { buildType: 'x', materials: names.map((name) => ({ uri: `pkg:${name}`, digest: { sha256: 'ef'.repeat(32) } })) },
    'buildx.build.provenance/linux/arm64': { buildType: 'x', materials: [] },
  })
  const { predicate } = await docker().attest(contextOf({ 'a.json': JSON.stringify({ one: build('b', 'a', 'a'), two: build('c', 'a', 'b') }) }))
  const { materials } = predicate.products[sha256] ?? {}
  expect(Object.keys(materials ?? {})).toEqual(['linux/amd64'])
  expect(materials?.['linux/amd64']?.map(({ uri }) => uri)).toEqual(['pkg:b', 'pkg:a', 'pkg:a', 'pkg:c'])
})

test('a file of very many builds is read', async () => {
  const builds = Array.from({ length: 150_000 }, (_, index) => [`t${index}`, { 'containerimage.digest': `sha256:${sha256}` }])
  const { predicate } = await docker().attest(contextOf({ 'a.json': JSON.stringify(Object.fromEntries(builds)) }))
  expect(Object.keys(predicate.products)).toEqual([sha256])
})

test('the media type may have parameters', async () => {
  const { products, ...context } = contextOf({ 'a.json': metadata })
  const withParameter = { 'a.json': { mime_type: 'application/json; charset=utf-8', digest: products['a.json']?.digest ?? {} } }
  expect(Object.keys((await docker().attest({ ...context, products: withParameter })).predicate.products)).toEqual([sha256])
})

describe('refuses', () => {
  test('a step without products', async () => {
    await expect(docker().attest(contextOf({}))).rejects.toMatchObject({ code: 'ERR_DOCKER_METADATA_MISSING' })
  })

  test('products of which none is metadata', async () => {
    await expect(docker().attest(contextOf({ 'a.json': '{}', 'b.txt': 'x' }))).rejects.toMatchObject({
      code: 'ERR_DOCKER_METADATA_MISSING',
      message: expect.stringContaining('1 of JSON (2 in all)'),
    })
  })

  test('metadata that cannot be read, by its name', async () => {
    const context = contextOf({ 'good.json': metadata, 'bad.json': `${metadata.slice(0, -1)},}` })
    await expect(docker().attest(context)).rejects.toMatchObject({ code: 'ERR_MALFORMED', message: expect.stringContaining('bad.json: ') })
  })

  test('a file that changed after it was hashed', async () => {
    const context = contextOf({ 'a.json': metadata })
    writeFileSync(join(context.workingDir, 'a.json'), metadata.replace('app:1', 'app:9'))
    await expect(docker().attest(context)).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  test('a file that is larger than allowed', async () => {
    await expect(docker({ maxBytes: 20 }).attest(contextOf({ 'a.json': metadata }))).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
  })

  test('to go on once it is stopped', async () => {
    await expect(docker().attest(contextOf({ 'a.json': metadata }, { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})

describe('reading a predicate', () => {
  test.each([[undefined], [[]], [{ products: [] }], [{ products: { a: { imagereferences: 'x' } } }], [{ Products: {} }]])('refuses %j', (predicate) => {
    expect(() => dockerType.read(predicate, dockerType.predicateType)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
  })

  test('gives no subject for what is empty or malformed', () => {
    const material = { uri: '', architecture: '', digest: { sha256: '' } }
    const products = { '': { materials: { '': [material] }, imagereferences: [''], imagedigest: { sha256: 'abc' } } }
    expect(dockerType.read({ products }, dockerType.predicateType).subjects).toEqual({})
  })

  test('takes the null that Go writes for nothing', () => {
    expect(dockerType.read({ products: null }, dockerType.predicateType).predicate).toEqual({ products: {} })
  })
})
