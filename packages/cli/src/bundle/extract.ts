import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CilockError, sha256Hex } from '@cilock/core'
import type { Command } from '../commands/command.ts'
import { usage } from '../error.ts'
import type { CliErrorCode } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { writeFileAtomically } from '../write-file.ts'
import { readNamedBundle } from './read.ts'

/** Writes each envelope of a bundle into a folder, byte for byte, and prints one path a line. */
export const extractCommand: Command = {
  help: { usage: 'cilock bundle extract [-o FOLDER] FILE', summary: 'write the envelopes of a bundle as files' },
  flags: [{ name: 'output', short: 'o', kind: 'string', default: '.', help: 'the folder into which envelopes are written' }, ...globalFlags],
  async run(flags, [path, ...more], io) {
    if (path === undefined || more.length > 0) throw usage('bundle extract takes one bundle')
    const { envelopes } = await readNamedBundle(path, io.workingDir)
    const folder = flags.string('output') ?? '.'
    await mkdir(resolve(io.workingDir, folder), { recursive: true }).catch((error: unknown) => {
      throw new CilockError<CliErrorCode>('ERR_FILE', `cannot make the folder ${folder}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    })
    for (const { bytes } of envelopes) {
      // what a bundle calls things is nobody's word: a file is called after its bytes
      const file = join(folder, `${sha256Hex(bytes)}.json`)
      await writeFileAtomically(resolve(io.workingDir, file), bytes)
      io.stdout.write(`${file}\n`)
    }
    return 0
  },
}
