import { runTypes } from '../evidence/attestor.ts'
import { dialects } from '../evidence/dialect.ts'
import type { AttestOptions } from './options.ts'

/**
 * Wrong arguments are told by their names, also to callers whom no type checks.
 *
 * @throws TypeError
 */
export function checkOptions({ step, attestors, signers, workingDir, env, clock, host, allowUnsigned, dialect = 'cilock' }: AttestOptions): void {
  const expected = (holds: boolean, what: string): void => {
    if (!holds) throw new TypeError(`attest: expected ${what}`)
  }
  expected(typeof step === 'string' && step !== '', '`step` to be a name that is not empty: a policy finds a collection by it')
  expected(Array.isArray(attestors) && attestors.length > 0, '`attestors` to be a list that is not empty: evidence of nothing proves nothing')
  expected(Array.isArray(signers), '`signers` to be a list')
  expected(signers.length > 0 || allowUnsigned === true, '`signers`; `allowUnsigned: true` gives evidence that proves nothing')
  expected(typeof workingDir === 'string' && isAbsolute(workingDir), '`workingDir` to be an absolute path')
  expected(typeof env === 'object' && env !== null, '`env` to be the variables of the run')
  expected(typeof clock === 'function', '`clock` to be a function that gives the time')
  expected(typeof host === 'object' && host !== null, '`host` to say what machine this is')
  expected(dialects.includes(dialect), `\`dialect\` to be one of ${dialects.join(', ')}, found ${JSON.stringify(dialect)}`)
  for (const { name, runType } of attestors) {
    expected(runTypes.includes(runType), `the attestor ${name} to run in one of ${runTypes.join(', ')}, found ${JSON.stringify(runType)}`)
  }
}

/** Of either kind of system: core does not know which one it runs on. */
function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path)
}
