import { notSupported, usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import { policyFlags } from '../flags/policy-flags.ts'
import type { CliIo } from '../io.ts'
import { initPolicy } from '../policy/init.ts'
import { lintCommand } from '../policy/lint.ts'
import { showPolicy } from '../policy/show.ts'
import { validatePolicy } from '../policy/validate.ts'
import type { Command } from './command.ts'

interface Verb {
  readonly flags: readonly string[]
  readonly run: (flags: Flags, positionals: readonly string[], io: CliIo) => Promise<number>
}

const verbs: ReadonlyMap<string, Verb> = new Map([
  ['lint', { flags: ['publickey', 'policy', 'format', 'strict'], run: lintCommand }],
  ['validate', { flags: ['publickey', 'policy', 'output'], run: validatePolicy }],
  ['show', { flags: ['policy', 'format'], run: showPolicy }],
  ['init', { flags: ['publickey', 'output', 'expires'], run: initPolicy }],
  // what Go calls it
  ['from-bundles', { flags: ['publickey', 'output', 'expires'], run: initPolicy }],
])

const always: ReadonlySet<string> = new Set(['log-level', 'policy-hardening'])

/** `policy lint|explain|show|init|validate`: what is wrong with a policy, why it refused, what it asks for, and one to start from. */
export const policyCommand: Command = {
  flags: policyFlags,
  verbs: new Map([['explain', async () => (await import('./policy-explain.ts')).explainCommand]]),
  async run(flags, [verb, ...positionals], io) {
    if (['push', 'bind', 'from-commit'].includes(verb ?? '')) throw notSupported(`policy ${verb ?? ''}`, 'there is no hosted platform behind this tool')
    if (verb === 'explain') throw usage('policy explain: flags stand behind these words')
    const found = verbs.get(verb ?? '')
    if (found === undefined) throw usage(`policy: expected lint, explain, show, init or validate, found ${JSON.stringify(verb ?? '')}`)
    const foreign = flags.names().find((name) => !found.flags.includes(name) && !always.has(name))
    if (foreign !== undefined) throw usage(`policy ${verb ?? ''} takes no --${foreign}`)
    return found.run(flags, positionals, io)
  },
}
