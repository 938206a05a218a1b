import { join } from 'node:path'
import { skipped } from '@cilock/vectors'
import { expect, it } from 'vitest'
import { needsNode, published } from '../../../scripts/packages.mjs'
import { readMaterial } from '../src/material/read-material.ts'
import { runChecks } from '../src/suite/check.ts'
import type { Modules } from '../src/suite/exports.ts'
import { fileChecks } from '../src/suite/files.node.ts'
import { suite } from '../src/suite/suite.ts'

/** As the packed packages, but their sources. */
async function sources(): Promise<Modules> {
  const doors = published().flatMap(({ folder, manifest }) => Object.entries(manifest.exports).map(([path, target]) => ({ specifier: manifest.name + path.slice(1), file: join(folder, (target as Readonly<Record<string, string>>)['@cilock/source'] ?? '') })))
  const anywhere = doors.filter(({ specifier }) => !needsNode(specifier))
  return Object.fromEntries(await Promise.all(anywhere.map(async ({ specifier, file }) => [specifier, (await import(file)) as Modules[string]] as const)))
}

const { material, missing } = readMaterial()

it.skipIf(missing.length > 0)(missing.length > 0 ? skipped(missing.join(' and ')) : 'has every recorded envelope and published proof', () => {
  expect(material.envelopes.length).toBeGreaterThanOrEqual(645)
  expect(Object.keys(material.proofs)).toHaveLength(518)
  expect(Object.keys(material.privateKeys).length).toBeGreaterThan(30)
})

it('comes to a result in every check, on the sources, with every tenth recording', { timeout: 120_000 }, async () => {
  const every = 10
  const some = {
    ...material,
    envelopes: material.envelopes.filter((_, index) => index % every === 0),
    proofs: Object.fromEntries(Object.entries(material.proofs).filter((_, index) => index % every === 0)),
  }
  const outcomes = await runChecks([...suite(await sources(), some), ...fileChecks()])
  expect(outcomes.filter(({ state }) => state !== 'result')).toEqual([])
  const groups = new Set(outcomes.map(({ name }) => name.split(/[: ]/)[0]))
  const recorded = missing.length > 0 ? [] : ['golden', 'private', 'certificate', 'certified']
  expect([...groups]).toEqual(expect.arrayContaining(['import', 'sign', ...recorded, 'policy', 'rego', 'merkle', 'json', 'world', 'seeded', 'files']))
  expect(outcomes.length).toBeGreaterThan(100)
})
