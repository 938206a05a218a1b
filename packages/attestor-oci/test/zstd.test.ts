import { expect, onTestFinished, test } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { oci } from '@cilock/attestor-oci'
import { sha256Hex } from '@cilock/core'
import { fileContext } from '@cilock/testing/node'
import { diffIdOf, imageOf, layerOf } from './image.ts'

const attest = async (files: Readonly<Record<string, Uint8Array>>) => oci().attest(fileContext(onTestFinished, files, { mimeTypeOf: sniffMimeType }))

/** One raw block, which needs no encoder (RFC 8878). */
function zstdOf(content: Uint8Array, kind = 0): Uint8Array {
  const head = Buffer.alloc(3)
  head.writeUIntLE(1 | (kind << 1) | (content.length << 3), 0, 3)
  return Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), head, content])
}

test('a layer may be compressed with zstd', async () => {
  const layer = layerOf('hello')
  const { predicate } = await attest({ 'image.tar': imageOf({ layers: [zstdOf(layer)], diffIds: [diffIdOf(layer)] }) })
  expect(predicate.diffids).toEqual([{ sha256: sha256Hex(layer) }])
})

test('a layer whose zstd is broken is refused', async () => {
  const layer = layerOf('hello')
  await expect(attest({ 'image.tar': imageOf({ layers: [zstdOf(layer, 3)], diffIds: [diffIdOf(layer)] }) })).rejects.toMatchObject({ code: 'ERR_OCI_LAYER_INVALID' })
})
