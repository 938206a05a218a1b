import { materialType, productType } from '@cilock/attestor-files/type'
import { sha256Hex } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { evidenceOf, treeOf, world } from '@cilock/testing'
import type { SeededKeyKind, World } from '@cilock/testing'

const scan = 'https://example.test/scan/v1'

/** A build, a gate over what it made, and the policy for both. */
export interface Story {
  readonly world: World<'builder' | 'scanner'>
  readonly policy: Envelope
  readonly build: Envelope
  readonly gate: Envelope
  readonly subjects: readonly string[]
}

/** The same story wherever it is told: every byte follows from the seed. */
export async function tell(builder: SeededKeyKind = 'ec-p256'): Promise<Story> {
  const told = await world({ seed: 'everywhere', functionaries: { builder, scanner: 'ed25519' }, types: [materialType, productType] })
  const { collection, policy, clock } = told
  const files = { 'app.js': '42', 'docs/ünïcode €.txt': 'text', '\u{1F600}': 'astral', '\uFFFD': 'last of the plane' }
  const build = await collection({ step: 'build', by: ['builder'], evidence: [evidenceOf(productType, treeOf('products', files))] })
  clock.advance(60_000)
  const gate = await collection({ step: 'gate', by: ['scanner'], evidence: [evidenceOf(materialType, treeOf('materials', files)), evidenceOf(scan, { findings: 0, of: '<script>&\u2028' })] })
  return {
    world: told,
    policy: await policy({
      steps: {
        build: { by: ['builder'], attestations: [productType] },
        gate: { by: ['scanner'], attestations: [materialType, scan], artifactsFrom: ['build'] },
      },
    }),
    build,
    gate,
    subjects: [`sha256:${sha256Hex('42')}`],
  }
}
