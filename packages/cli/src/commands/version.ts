import { globalFlags } from '../flags/common.ts'
import { version } from '../version.ts'
import type { Command } from './command.ts'

/** `version`: the first line is `cilock <version>`, as tools that parse it expect. */
export const versionCommand: Command = {
  flags: globalFlags,
  async run(_flags, _positionals, io) {
    io.stdout.write(`cilock ${version()}\n  Runtime: Node.js ${process.version}\n`)
    return 0
  },
}
