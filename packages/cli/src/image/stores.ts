import { archivistaSource } from '@cilock/archivista-client'
import type { Source } from '@cilock/core'
import { fileSource } from '@cilock/core/node'
import { ociSource } from '@cilock/image'
import type { EvidenceStore } from '@cilock/image'
import type { Platform } from '@cilock/registry'
import { archivistaOf } from '../archivista/client.ts'
import { bundleSources } from '../bundle/read.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import type { NamedImage } from './reference.ts'

/** Where evidence about an image is looked for: beside it, and wherever the flags say. */
export async function storesOf({ store, image }: NamedImage, platform: Partial<Platform> | undefined, flags: Flags, io: CliIo): Promise<readonly EvidenceStore[]> {
  const named = (name: string, source: Source): EvidenceStore => ({ name, source })
  const client = archivistaOf(flags, io)
  const files = flags.list('attestations')
  return [
    named(store.name, ociSource({ store, image, ...(platform !== undefined && { platform }) })),
    ...(client === undefined ? [] : [named('archivista', archivistaSource({ client }))]),
    ...(files.length === 0 ? [] : [named('files', fileSource(files, { base: io.workingDir }))]),
    ...(await bundleSources(flags.list('bundle'), io.workingDir)).map(({ path, source }) => named(path, source)),
  ]
}
