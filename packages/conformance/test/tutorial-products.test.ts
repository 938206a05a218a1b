import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectionOf, parseEnvelope, parseStatement } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { envelopesOf, recordings } from '../src/evidence/recording.ts'
import type { Recording } from '../src/evidence/recording.ts'
import { runAgain } from '../src/evidence/run-again.ts'
import { stage } from '../src/evidence/stage.ts'

const folder = vectors('golden/evidence')
const runs = folder === undefined ? [] : recordings(folder).filter(({ id }) => id.startsWith('tutorial-'))

/** What each step of the tutorial makes, by the globs that it is told. */
const products: Readonly<Record<string, readonly string[]>> = {
  'docker-build': ['docker-metadata.json', 'image.tar'],
  'docker-sbom': ['image-bom.cdx.json'],
}

async function collectionsOf(recording: Recording): Promise<readonly { readonly name: string; readonly paths: readonly string[] }[]> {
  const place = stage(recording, join(folder ?? '', 'keys'))
  try {
    const { code, stderr } = await runAgain(recording, place)
    expect(code, stderr).toBe(0)
    return envelopesOf(recording).filter(({ was }) => !was.endsWith('.json-sbom.json')).map(({ was }) => {
      const { name, attestations } = collectionOf(parseStatement(parseEnvelope(readFileSync(place.here(was))).payload))
      const tree = attestations.find(({ type }) => type === 'https://aflock.ai/attestations/product/v0.3')?.attestation as { readonly leaves: readonly { readonly path: string }[] }
      return { name, paths: tree.leaves.map(({ path }) => path).toSorted() }
    })
  } finally {
    place.remove()
  }
}

describe.skipIf(folder === undefined)(folder === undefined ? skipped('golden/evidence') : 'the steps of the tutorial', () => {
  it('have exactly the products that their globs name', { timeout: 60_000 }, async () => {
    const found = (await Promise.all(runs.map(collectionsOf))).flat()
    const named = found.filter(({ name }) => Object.hasOwn(products, name))
    expect(new Set(named.map(({ name }) => name))).toEqual(new Set(Object.keys(products)))
    for (const { name, paths } of named) expect(paths).toEqual(products[name])
  })
})
