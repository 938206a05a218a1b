import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashBytes } from '@cilock/core'
import type { DigestSet, Product } from '@cilock/core'
import { readProduct, streamProduct } from '@cilock/core/node'
import type { ProductContext } from '@cilock/core/node'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cilock-product-'))
})
afterEach(() => rm(folder, { recursive: true }))

function contextOf(digests: Readonly<Record<string, DigestSet>>, signal = new AbortController().signal): ProductContext {
  const products: Record<string, Product> = {}
  for (const [path, digest] of Object.entries(digests)) products[path] = { mime_type: 'text/plain', digest }
  return { workingDir: folder, products, signal }
}

const hello = new TextEncoder().encode('hello\n')

describe('readProduct', () => {
  test.each([[['sha256']], [['sha1']], [['gitoid:sha256', 'gitoid:sha1']]])('gives the bytes that were hashed by %j', async (algorithms) => {
    await writeFile(join(folder, 'a'), hello)
    expect(await readProduct(contextOf({ a: hashBytes(hello, algorithms) }), 'a')).toEqual(hello)
  })

  test('gives large and empty files whole', async () => {
    const large = new Uint8Array(600_000).map((_, index) => index % 251)
    await writeFile(join(folder, 'large'), large)
    await writeFile(join(folder, 'empty'), '')
    const context = contextOf({ large: hashBytes(large, ['sha256']), empty: hashBytes(new Uint8Array(), ['sha256']) })
    expect(Buffer.compare(await readProduct(context, 'large'), large)).toBe(0)
    expect(await readProduct(context, 'empty')).toHaveLength(0)
  })

  test('refuses content that the product stage did not see', async () => {
    await writeFile(join(folder, 'a'), 'hellO\n')
    await expect(readProduct(contextOf({ a: hashBytes(hello, ['sha256']) }), 'a')).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  test('refuses a product without a digest of its content', async () => {
    await writeFile(join(folder, 'a'), hello)
    const context = contextOf({ a: { dirHash: 'a'.repeat(64) } })
    await expect(readProduct(context, 'a')).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  test('refuses a file that grows while it is read', async () => {
    await writeFile(join(folder, 'a'), hello)
    const stream = streamProduct(contextOf({ a: hashBytes(hello, ['sha256']) }), 'a')
    expect((await stream.next()).value).toEqual(hello)
    await appendFile(join(folder, 'a'), 'more')
    await expect(stream.next()).rejects.toMatchObject({ code: 'ERR_FILE_CHANGED' })
  })

  test('refuses more bytes than allowed', async () => {
    await writeFile(join(folder, 'a'), hello)
    const context = contextOf({ a: hashBytes(hello, ['sha256']) })
    await expect(readProduct(context, 'a', { maxBytes: 5 })).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    expect(await readProduct(context, 'a', { maxBytes: 6 })).toEqual(hello)
  })

  test('refuses what is no product, and what is no file', async () => {
    await mkdir(join(folder, 'dir'))
    const context = contextOf({ dir: hashBytes(hello, ['sha256']), gone: hashBytes(hello, ['sha256']) })
    await expect(readProduct(context, 'toString')).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    await expect(readProduct(context, 'dir')).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
    await expect(readProduct(context, 'gone')).rejects.toMatchObject({ code: 'ERR_FILE_UNREADABLE' })
  })

  test('follows links that stay inside, and no others', async () => {
    await writeFile(join(folder, 'a'), hello)
    await symlink('a', join(folder, 'inside'))
    await symlink('/etc/hostname', join(folder, 'outside'))
    const context = contextOf({ inside: hashBytes(hello, ['sha256']), outside: hashBytes(hello, ['sha256']) })
    expect(await readProduct(context, 'inside')).toEqual(hello)
    await expect(readProduct(context, 'outside')).rejects.toMatchObject({ code: 'ERR_FILE_OUTSIDE' })
  })

  test('stops when told to', async () => {
    await writeFile(join(folder, 'a'), hello)
    const context = contextOf({ a: hashBytes(hello, ['sha256']) }, AbortSignal.abort())
    await expect(readProduct(context, 'a')).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })
})
