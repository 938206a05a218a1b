import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CilockError, encodeEnvelope } from '@cilock/core'
import { fetchEvidence } from '@cilock/image'
import type { FoundEvidence } from '@cilock/image'
import type { CliErrorCode } from '../error.ts'
import { usage } from '../error.ts'
import { archivistaFlags, globalFlags } from '../flags/common.ts'
import { platformFlag } from '../flags/image-flags.ts'
import { imageOf, platformOf } from '../image/reference.ts'
import { storesOf } from '../image/stores.ts'
import { createLog } from '../log.ts'
import { writeFileAtomically } from '../write-file.ts'
import type { Command } from './command.ts'

/** Writes every envelope about an image into a folder, and prints one path a line. Nothing is verified. */
export const fetchCommand: Command = {
  flags: [
    { name: 'output', short: 'o', kind: 'string', default: '.', help: 'the folder into which envelopes are written' },
    { name: 'max-depth', kind: 'int', default: '5', help: 'hops from envelope to envelope by shared subjects; 1: what names the image' },
    { name: 'max-envelopes', kind: 'int', default: '10000', help: 'more are refused' },
    { name: 'attestations', short: 'a', kind: 'slice', help: 'files of envelopes to look through, too' },
    { name: 'bundle', kind: 'slice', help: 'evidence bundles to look through, too' },
    platformFlag,
    ...archivistaFlags,
    ...globalFlags,
  ],
  async run(flags, [reference, ...more], io) {
    if (reference === undefined || more.length > 0) throw usage(`fetch takes one image, found ${more.length + (reference === undefined ? 0 : 1)}`)
    const [maxDepth, envelopes] = [flags.int('max-depth') ?? 5, flags.int('max-envelopes') ?? 10_000]
    if (maxDepth < 1 || envelopes < 1) throw usage('--max-depth and --max-envelopes: expected at least 1')
    const platform = platformOf(flags)
    const { store, image } = imageOf(reference, io)
    const { digest } = await store.manifest(image, { signal: io.signal })
    const stores = await storesOf({ store, image: digest }, platform, flags, io)
    const found = await fetchEvidence({ store, image: digest, stores, maxDepth, limits: { envelopes }, signal: io.signal, ...(platform !== undefined && { platform }) })
    const folder = flags.string('output') ?? '.'
    await mkdir(resolve(io.workingDir, folder), { recursive: true }).catch((error: unknown) => {
      throw new CilockError<CliErrorCode>('ERR_FILE', `cannot make the folder ${folder}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    })
    for (const each of found.envelopes) {
      const path = join(folder, fileNameOf(each))
      await writeFileAtomically(resolve(io.workingDir, path), encodeEnvelope(each.envelope))
      io.stdout.write(`${path}\n`)
    }
    const log = createLog(io.stderr, flags.string('log-level'))
    log.info(`${found.envelopes.length} envelopes about ${digest}`)
    if (found.isCutOff && maxDepth > 1) log.warn(`there may be more behind ${maxDepth} hops (--max-depth)`)
    return 0
  },
}

/** Names come from evidence that nobody has verified: of a step's name only what no file system minds is kept. */
function fileNameOf({ collection, digest }: FoundEvidence): string {
  const name = (collection ?? '').replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 64)
  return `${name === '' ? 'statement' : name}.${digest.slice('sha256:'.length, 'sha256:'.length + 16)}.json`
}
