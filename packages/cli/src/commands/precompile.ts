import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CilockError } from '@cilock/core'
import { usage } from '../error.ts'
import type { CliErrorCode } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { makeTraining } from '../precompiled/training.ts'
import type { Command } from './command.ts'

/**
 * `precompile`: runs one verification and keeps what V8 compiled for it beside the program, where later runs of `verify` by
 * this version of Node find it. For whoever installs: nothing writes there otherwise.
 */
export const precompile: Command = {
  flags: [{ name: 'remove', kind: 'bool', help: 'remove what was compiled before' }, ...globalFlags],
  async run(flags, positionals, io) {
    if (positionals.length > 0) throw usage(`precompile takes no arguments, found ${JSON.stringify(positionals[0])}`)
    if (process.platform === 'win32') throw new CilockError<CliErrorCode>('ERR_NOT_SUPPORTED', 'compiled code is not used on Windows, where the mode of a folder does not say who writes there')
    const dist = dirname(fileURLToPath(import.meta.url))
    const recorder = join(dist, 'record-verify.cjs')
    if (!existsSync(recorder)) throw new CilockError<CliErrorCode>('ERR_NOT_SUPPORTED', 'only the command as it is installed is compiled ahead')
    const compiled = join(dist, 'compiled')
    const scratch = await mkdtemp(join(tmpdir(), 'cilock-precompile-'))
    try {
      await rm(compiled, { recursive: true, force: true })
      if (flags.bool('remove')) return 0
      const args = await makeTraining(scratch, io)
      await promisify(execFile)(process.execPath, [recorder, 'verify', ...args], { cwd: scratch, env: {}, signal: io.signal })
    } catch (cause) {
      throw CilockError.is(cause) ? cause : new CilockError<CliErrorCode>('ERR_FILE', `cannot leave compiled code in ${compiled}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
    io.stderr.write(`compiled for Node ${process.version}: ${compiled}\n`)
    return 0
  },
}
