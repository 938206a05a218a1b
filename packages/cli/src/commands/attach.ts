import { resolve } from 'node:path'
import { CilockError, parseEnvelope } from '@cilock/core'
import { attach } from '@cilock/image'
import { usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { imageOf } from '../image/reference.ts'
import { readNamedFile } from '../read-file.ts'
import type { Command } from './command.ts'

/** Puts envelopes beside an image, and prints the digest of the manifest of each. */
export const attachCommand: Command = {
  flags: [{ name: 'attestations', short: 'a', kind: 'slice', help: 'files of envelopes; the same as naming them as arguments' }, ...globalFlags],
  async run(flags, [reference, ...files], io) {
    const paths = [...flags.list('attestations'), ...files]
    if (reference === undefined || paths.length === 0) throw usage('attach needs an image and at least one file of an envelope')
    const envelopes = []
    for (const path of paths) {
      try {
        envelopes.push(parseEnvelope(await readNamedFile('envelope', resolve(io.workingDir, path))))
      } catch (error) {
        if (!CilockError.is(error) || error.code === 'ERR_FILE') throw error
        throw new CilockError(error.code, `${path}: ${error.message}`, { cause: error })
      }
    }
    const { store, image } = imageOf(reference, io)
    const attached = await attach({ store, image, envelopes, signal: io.signal })
    for (const { manifest } of attached.envelopes) io.stdout.write(`${store.name}@${manifest}\n`)
    return 0
  },
}
