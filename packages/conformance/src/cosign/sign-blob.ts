import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseBundle, verifyBlob, verifyBlobAttestation } from '@cilock/cosign'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { parseFlags } from './flags.ts'
import { predicateTypeOf } from './predicate-type.ts'
import { fileOf } from './recording.ts'
import type { Recorded } from './recording.ts'
import { verifierOf } from './sign-image.ts'
import { refusalOf } from './verdict.ts'

/** Bundles that cosign wrote about a file are verified by its key. */
export async function runSignBlob(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  if (recorded.exitCode !== 0) return failed('cosign refused to write, for reasons of its own command line')
  const bytes = fileOf(folder, recorded, flags.one('--bundle') ?? '', 'outputs')
  if (bytes === undefined) return failed('no bundle was written')
  const refusal = await refusalOf(async () => {
    const verifiers = [await verifierOf(recorded, folder, flags)]
    const bundle = parseBundle(bytes)
    // statements of their own are about the same file
    const blob = fileOf(folder, recorded, flags.rest.at(-1) ?? '') ?? new Uint8Array(readFileSync(join(folder, 'cases', 'blob-verify-good', 'inputs', 'blob.txt')))
    if (flags.command === 'sign-blob') return verifyBlob({ blob, bundle, verifiers })
    return verifyBlobAttestation({ blob, bundle, verifiers, ...(flags.one('--statement') === undefined && { predicateType: predicateTypeOf(flags.one('--type')) }) })
  })
  return refusal === undefined ? passed : failed(`what cosign wrote is refused: ${refusal}`)
}
