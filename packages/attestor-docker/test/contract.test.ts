import { docker, dockerType } from '@cilock/attestor-docker'
import { sniffMimeType } from '@cilock/attestor-files'
import { describeAttestor } from '@cilock/testing'
import { fileContext } from '@cilock/testing/node'
import { describe, it, onTestFinished } from 'vitest'

const sha256 = 'ab'.repeat(32)
const metadata = (name: string, digest = sha256) =>
  JSON.stringify({
    'buildx.build.provenance': {
      materials: [{ uri: 'pkg:docker/node@20?platform=linux%2Famd64', digest: { sha256: 'cd'.repeat(32) } }, { uri: 'https://github.com/acme/app.git', digest: { sha1: 'ef'.repeat(20) } }],
      invocation: { environment: { platform: 'linux/amd64' } },
    },
    'containerimage.digest': `sha256:${digest}`,
    'image.name': name,
  })
const products = (files: Readonly<Record<string, string>>) => () => fileContext(onTestFinished, files, { mimeTypeOf: sniffMimeType })

describeAttestor(
  () => docker(),
  {
    type: dockerType,
    attests: {
      'one image': products({ 'metadata.json': metadata('app:1') }),
      'two files about one image': products({ 'a.json': metadata('app:1'), 'b/c.json': metadata('registry.example.test/app:2'), 'package.json': '{"name":"x"}' }),
      'two images': products({ 'a.json': metadata('app:1'), 'b.json': metadata('app:1', '01'.repeat(32)) }),
    },
    refuses: {
      'no products': { context: products({}), code: 'ERR_DOCKER_METADATA_MISSING' },
      'a file of metadata that is no JSON': { context: products({ 'a.json': metadata('app:1'), 'b.json': `${metadata('app:2').slice(0, -1)},"containerimage.digest":1}` }), code: 'ERR_MALFORMED' },
    },
    reads: {
      'what Go wrote': {
        type: dockerType.predicateType,
        json: `{"products":{"${sha256}":{"materials":{},"imagereferences":["app:1"],"imagedigest":{"sha256":"${sha256}"}}}}`,
      },
    },
    rejects: { 'a reference that is no text': { type: dockerType.predicateType, json: `{"products":{"${sha256}":{"materials":{},"imagereferences":[1],"imagedigest":{}}}}`, code: 'ERR_MALFORMED' } },
  },
  { describe, it },
)
