import type { RulesPreset, VerifyRulesOption } from '@cilock/policy'
import type { VerifyCase } from './recording.ts'

/** A preset as a recorded command line would choose it: the tool enforces its four switches unless it is told to warn. */
export function rulesOf(preset: RulesPreset, { hardening, results }: VerifyCase): VerifyRulesOption {
  const mode = hardening === 'enforce' ? (results.cilock?.env?.['CILOCK_POLICY_HARDENING'] ?? hardening) : hardening
  const enforced = preset === 'strict' || mode.trim().toLowerCase() !== 'warn'
  return { preset, constraintWithKeyId: enforced, emptyConstraints: enforced, regoPackages: enforced, stepNames: enforced }
}
