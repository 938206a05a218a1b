import type { VerifyRulesOption } from '@cilock/policy'
import { usage } from '../error.ts'
import type { Flags } from './flag.ts'

/** `--policy-hardening`, else `CILOCK_POLICY_HARDENING`; a word that means nothing is wrong for every command. */
export function hardeningOf(flags: Flags, env: Readonly<Record<string, string | undefined>>): 'enforce' | 'warn' {
  const mode = (flags.string('policy-hardening') ?? env['CILOCK_POLICY_HARDENING'] ?? 'enforce').trim().toLowerCase()
  if (mode === 'warn') return 'warn'
  if (mode !== 'enforce' && mode !== '') throw usage(`--policy-hardening: expected enforce or warn, found ${JSON.stringify(mode)}`)
  return 'enforce'
}

/** What `verify` asks: a preset, and the four rules that `--policy-hardening` switches in either of them. */
export function rulesOf(flags: Flags, env: Readonly<Record<string, string | undefined>>): VerifyRulesOption {
  const preset = flags.string('rules') ?? 'strict'
  if (preset !== 'strict' && preset !== 'compat') throw usage(`--rules: expected strict or compat, found ${JSON.stringify(preset)}`)
  const isOn = hardeningOf(flags, env) === 'enforce'
  return { preset, constraintWithKeyId: isOn, emptyConstraints: isOn, regoPackages: isOn, stepNames: isOn }
}
