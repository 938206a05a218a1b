import { CilockError, redactor, secretsOf } from '@cilock/core'
import type { Attestor } from '@cilock/core'
import { nameMatcher } from '@cilock/glob'
import { environmentCapture } from './capture.ts'
import type { CaptureOptions } from './capture.ts'
import { environmentSchema } from './predicate.ts'
import type { EnvironmentPredicate } from './predicate.ts'
import { environmentType } from './type.ts'

/** Which variables are recorded, and which are hidden. */
export type EnvironmentOptions = CaptureOptions

/**
 * Records the host, the user and the environment variables that the run was given; values of variables whose names
 * look like secrets become `******`.
 *
 * @throws GlobError `ERR_GLOB_INVALID` at once when a pattern among the options is no glob (CI/lock logs it and hides
 * nothing).
 *
 * @example
 * ```ts
 * import { attest } from '@cilock/core'
 * import { processContext } from '@cilock/core/node'
 * import { environment } from '@cilock/attestor-environment'
 *
 * await attest({ ...processContext(), step: 'build', attestors: [environment({ addSensitiveKeys: ['*_PIN'] })], signer })
 * ```
 */
export function environment(options: EnvironmentOptions = {}): Attestor<EnvironmentPredicate> {
  const capture = environmentCapture(options)
  const isNamed = nameMatcher(options.addSensitiveKeys ?? [], { wildcards: '*' })
  return {
    ...environmentType,
    runType: 'prematerial',
    attest({ env, host, signal }) {
      if (signal.aborted) return Promise.reject(new CilockError('ERR_ABORTED', 'the run was stopped before the environment was recorded', { cause: signal.reason }))
      // A variable that is not sensitive by its name may still hold a secret of another one.
      const redact = redactor(secretsOf(env, options.allowSensitiveKeys ?? [], { isNamed, defaults: options.disableDefaultSensitiveVars !== true }))
      const variables = Object.entries(capture(env)).map(([name, value]) => [name, redact(value)] as const)
      const found = { os: host.os, hostname: host.name, username: host.user, variables: Object.fromEntries(variables) }
      return Promise.resolve({ predicate: environmentSchema.read(found) })
    },
  }
}
