import { material, materialType, product, productType } from '@cilock/attestor-files'
import { hashBytes } from '@cilock/core'
import { attestContext, describeAttestor, treeOf } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { describe, it, onTestFinished } from 'vitest'

const files = { 'app.js': 'console.log(42)\n', 'lib/a.txt': 'a', 'lib/copy of a.txt': 'a', 'image.cdx.json': '{"bomFormat":"CycloneDX"}', 'ä': 'ä' }
const inFolder = (given: Readonly<Record<string, string>>) => () => attestContext({ workingDir: temporaryFolder(onTestFinished, given) })
const damaged = (holds: 'materials' | 'products') => JSON.stringify({ ...treeOf(holds, files), treeSize: 7 })

describeAttestor(
  () => material({ dirHashGlobs: ['node_modules'] }),
  {
    type: materialType,
    attests: { 'a few files': inFolder(files), 'one file': inFolder({ a: '1' }), 'no files': inFolder({}) },
    refuses: {
      'a folder that is to be one digest': { context: inFolder({ 'node_modules/a': '1' }), code: 'ERR_DIRHASH_UNSUPPORTED' },
      'a run without sha256': { context: () => attestContext({ workingDir: temporaryFolder(onTestFinished), hashes: ['sha1'] }), code: 'ERR_SHA256_REQUIRED' },
      'a directory that is not there': { context: () => attestContext(), code: 'ERR_FILE_UNREADABLE' },
    },
    reads: { 'v0.1': { type: 'https://aflock.ai/attestations/material/v0.1', json: `{"a":${JSON.stringify(hashBytes(Uint8Array.of(), ['sha256']))}}` } },
    rejects: { 'a tree of another size': { type: materialType.predicateType, json: damaged('materials'), code: 'ERR_EVIDENCE_INVALID' } },
  },
  { describe, it },
)

describeAttestor(
  () => product({ includeGlob: '*', excludeGlob: '*.tmp' }),
  {
    type: productType,
    attests: { 'a few files': inFolder(files), 'one file': inFolder({ a: '1', 'b.tmp': '2' }), 'no files': inFolder({}) },
    refuses: { 'a directory that is not there': { context: () => attestContext(), code: 'ERR_FILE_UNREADABLE' } },
    reads: {
      'v0.1': { type: 'https://witness.dev/attestations/product/v0.1', json: `{"a":{"mime_type":"text/plain; charset=utf-8","digest":${JSON.stringify(hashBytes(Uint8Array.of(), ['sha256']))}}}` },
    },
    rejects: { 'a tree of another size': { type: productType.predicateType, json: damaged('products'), code: 'ERR_EVIDENCE_INVALID' } },
  },
  { describe, it },
)

// under its own URIs witness has the digests by path
const forWitness = (given: Readonly<Record<string, string>>) => () => ({ ...inFolder(given)(), dialect: 'witness' as const })
const witness = { predicate: 'map', attests: { 'a few files': forWitness(files), 'no files': forWitness({}), 'a file called __proto__': forWitness(JSON.parse('{"__proto__":"1"}') as Record<string, string>) } } as const

describe('for witness', () => {
  describeAttestor(() => material(), { type: materialType, ...witness }, { describe, it })
  describeAttestor(() => product(), { type: productType, ...witness }, { describe, it })
})
