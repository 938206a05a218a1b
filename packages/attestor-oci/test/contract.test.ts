import { gzipSync } from 'node:zlib'
import { sniffMimeType } from '@cilock/attestor-files'
import { oci, ociType } from '@cilock/attestor-oci'
import { describeAttestor } from '@cilock/testing'
import { fileContext } from '@cilock/testing/node'
import { describe, it, onTestFinished } from 'vitest'
import { diffIdOf, imageOf, layerOf } from './image.ts'

const products = (files: Readonly<Record<string, string | Uint8Array>>) => () => fileContext(onTestFinished, files, { mimeTypeOf: sniffMimeType })
const layers = [layerOf('one'), layerOf('two')]

describeAttestor(
  () => oci(),
  {
    type: ociType,
    attests: {
      'one layer': products({ 'image.tar': imageOf() }),
      'packed layers and no tags': products({ 'image.tar': imageOf({ layers: layers.map((layer) => gzipSync(layer)), diffIds: layers.map(diffIdOf), tags: null }), 'other.txt': 'x' }),
      'no layers': products({ 'image.tar': imageOf({ layers: [] }) }),
    },
    refuses: {
      'no products': { context: products({}), code: 'ERR_OCI_TAR_MISSING' },
      'a tar without an image': { context: products({ 'layer.tar': layerOf('x') }), code: 'ERR_OCI_MANIFEST_MISSING' },
    },
    rejects: {
      'a manifest of another digest': {
        type: ociType.predicateType,
        json: `{"tardigest":{},"manifest":null,"imagetags":null,"diffids":null,"imageid":{},"manifestraw":"W10=","manifestdigest":{"sha256":"${'00'.repeat(32)}"}}`,
        code: 'ERR_EVIDENCE_INVALID',
      },
    },
  },
  { describe, it },
)
