import { usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import type { Command } from './command.ts'

/** `bundle create|inspect|extract`: evidence in one file. */
export const bundleCommand: Command = {
  flags: globalFlags,
  verbs: new Map([
    ['create', async () => (await import('../bundle/create.ts')).createCommand],
    ['inspect', async () => (await import('../bundle/inspect.ts')).inspectCommand],
    ['extract', async () => (await import('../bundle/extract.ts')).extractCommand],
  ]),
  async run(_flags, [verb]) {
    throw usage(`bundle: expected create, inspect or extract, found ${JSON.stringify(verb ?? '')}`)
  },
}
