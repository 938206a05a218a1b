import { notSupported, usage } from '../error.ts'
import type { Flags } from './flag.ts'

/** The rules that make a policy safe cannot be switched off here; a word that means nothing is wrong for every command. */
export function requireEnforce(flags: Flags, env: Readonly<Record<string, string | undefined>>): void {
  const mode = (flags.string('policy-hardening') ?? env['CILOCK_POLICY_HARDENING'] ?? 'enforce').trim().toLowerCase()
  if (mode === 'warn') throw notSupported('--policy-hardening warn', 'every rule that makes a policy safe stays on')
  if (mode !== 'enforce' && mode !== '') throw usage(`--policy-hardening: expected enforce, found ${JSON.stringify(mode)}`)
}
