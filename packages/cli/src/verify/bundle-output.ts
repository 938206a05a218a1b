import { resolve } from 'node:path'
import type { DigestSet } from '@cilock/core'
import { createBundle } from '@cilock/image/node'
import type { CreateBundleOptions } from '@cilock/image/node'
import { asksForArchivista } from '../flags/archivista.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { requireWritable, writeFileAtomically } from '../write-file.ts'
import type { Consulted } from './consulted.ts'

/** Where the bundle goes, and what it says of itself. */
export interface BundlePlan extends Pick<CreateBundleOptions, 'source' | 'sourceUrl' | 'createdAt'> {
  readonly path: string
}

export async function planBundle(flags: Flags, io: CliIo): Promise<BundlePlan | undefined> {
  const output = flags.string('output-bundle') ?? ''
  if (output === '') return undefined
  const path = resolve(io.workingDir, output)
  await requireWritable(path)
  const url = flags.string('archivista-server') ?? flags.string('archivist-server')
  const origin = asksForArchivista(flags) ? ({ source: 'verify-export', ...(url !== undefined && { sourceUrl: url }) } as const) : ({ source: 'file' } as const)
  return { path, createdAt: io.clock(), ...origin }
}

/** Packs everything that was looked at, as the Go tool does. */
export async function writeBundle({ path, ...plan }: BundlePlan, consulted: Consulted, subjects: readonly (string | DigestSet)[]): Promise<void> {
  const { bytes } = await createBundle({ ...plan, envelopes: consulted.envelopes(), subjects: subjects.flatMap(valuesOf) })
  await writeFileAtomically(path, bytes)
}

/** Digests stand in a bundle without the name of their algorithm, as in the Go tool's. */
function valuesOf(subject: string | DigestSet): readonly string[] {
  return typeof subject === 'string' ? [subject.slice(subject.lastIndexOf(':') + 1)] : Object.values(subject)
}
