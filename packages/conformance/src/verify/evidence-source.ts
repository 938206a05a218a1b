import { createReadStream } from 'node:fs'
import type { Source } from '@cilock/core'
import { fileSource } from '@cilock/core/node'
import { bundleSource, readBundle } from '@cilock/image/node'
import type { Inputs } from './command-line.ts'

/** The files and bundles of a recorded command line. */
export async function evidenceSource({ attestations, bundles }: Pick<Inputs, 'attestations' | 'bundles'>): Promise<Source> {
  const sources = [fileSource(attestations, { base: process.cwd() })]
  for (const path of bundles) sources.push(bundleSource(await readBundle(createReadStream(path), { name: path })))
  return { search: async (query, options) => (await Promise.all(sources.map(async (each) => each.search(query, options)))).flat() }
}
