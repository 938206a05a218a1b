import { attest, encodeEnvelope, encodeUtf8, hashBytes, hashStream, parseJson, sha256Hex, stringifyJson } from '@cilock/core'
import type { Attestor } from '@cilock/core'
import { seededKey, seededKeyKinds, world } from '@cilock/testing'
import type { Check } from './check.ts'
import { tell } from './story.ts'

const digest = (bytes: Uint8Array): string => sha256Hex(bytes)

/** Worlds, keys from a seed and runs are the same bytes everywhere. */
export function worldChecks(): readonly Check[] {
  return [
    ...seededKeyKinds.map((kind) => ({
      name: `world: ${kind}`,
      run: async () => {
        const { policy, build, gate } = await tell(kind)
        return [policy, build, gate].map((envelope) => digest(encodeEnvelope(envelope))).join(' ')
      },
    })),
    ...seededKeyKinds.map((kind) => ({
      name: `seeded key: ${kind}`,
      run: async () => {
        const { privateKeyPem, publicKeyPem, signer } = await seededKey('everywhere', kind)
        return `${digest(encodeUtf8(privateKeyPem + publicKeyPem))} ${digest(await signer.sign(encodeUtf8('message')))}`
      },
    })),
    { name: 'attest()', run: attested },
    { name: 'hashes', run: hashes },
  ]
}

/** Two attestors of different stages; the later one sees what the earlier found. */
async function attested(): Promise<string> {
  const { context, functionaries } = await world({ seed: 'attest', now: '2026-03-04T05:06:07.089Z' })
  const type = 'https://example.test/seen/v1'
  const seen = (name: string, runType: Attestor['runType']): Attestor => ({
    name,
    predicateType: `${type}/${name}`,
    runType,
    read: (predicate) => ({ predicate }),
    attest: async ({ step, products, hash }) => ({
      predicate: { step, products: Object.keys(products), by: name },
      subjects: { [`file:${name}`]: await hash(encodeUtf8(name)) },
      ...(runType === 'product' && { products: { 'a.bin': { mime_type: 'application/octet-stream', digest: await hash(chunks()) } } }),
    }),
  })
  const { envelope } = await attest({ ...context, step: 'everywhere', attestors: [seen('late', 'postproduct'), seen('made', 'product')], signers: [functionaries.builder.signer], hashes: ['sha256', 'sha1', 'gitoid:sha256', 'gitoid:sha1'] })
  return `${digest(encodeEnvelope(envelope))} ${stringifyJson(parseJson(envelope.payload)).length}`
}

async function hashes(): Promise<string> {
  const algorithms = ['sha256', 'sha1', 'gitoid:sha256', 'gitoid:sha1'] as const
  const whole = encodeUtf8('0123456789'.repeat(1000))
  return stringifyJson([hashBytes(whole, algorithms), await hashStream(chunks(), algorithms, { length: 10_000 })])
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < 1000; index++) yield encodeUtf8('0123456789')
}
