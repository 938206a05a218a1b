import { isWellFormed } from '../bytes/utf8.ts'
import { checkDigestSet } from '../digest/digest-set.ts'
import type { DigestSet } from '../digest/digest-set.ts'
import { runTypes } from '../evidence/attestor.ts'
import { dialects } from '../evidence/dialect.ts'
import type { AttestOptions } from './options.ts'

/**
 * Wrong arguments are told by their names, also to callers whom no type checks, and before anything is run for evidence
 * that could not be written or signed.
 *
 * @throws TypeError
 * @throws CilockError `ERR_DIGEST_INVALID` for a digest in `subjects` that is none.
 */
export function checkOptions({ step, attestors, signers, timestampers = [], workingDir, env, clock, host, allowUnsigned, dialect = 'cilock', subjects = {}, signal }: AttestOptions): void {
  const expected = (holds: boolean, what: string): void => {
    if (!holds) throw new TypeError(`attest: expected ${what}`)
  }
  expected(typeof step === 'string' && step !== '', '`step` to be a name that is not empty: a policy finds a collection by it')
  expected(isWellFormed(step), '`step` to be Unicode text, found a lone surrogate')
  expected(Array.isArray(attestors) && attestors.length > 0, '`attestors` to be a list that is not empty: evidence of nothing proves nothing')
  expected(Array.isArray(signers), '`signers` to be a list')
  for (const signer of signers as readonly unknown[]) expected(isSigner(signer), '`signers` to be objects with `keyid` and `sign()`')
  expected(signers.length > 0 || allowUnsigned === true, '`signers`; `allowUnsigned: true` gives evidence that proves nothing')
  expected(Array.isArray(timestampers) && timestampers.every((each: unknown) => typeof each === 'object' && each !== null && 'timestamp' in each && typeof each.timestamp === 'function'), '`timestampers` to be objects with `timestamp()`')
  expected(typeof workingDir === 'string' && isAbsolute(workingDir), '`workingDir` to be an absolute path')
  expected(typeof env === 'object' && env !== null, '`env` to be the variables of the run')
  expected(typeof clock === 'function', '`clock` to be a function that gives the time')
  expected(typeof host === 'object' && host !== null, '`host` to say what machine this is')
  expected(dialects.includes(dialect), `\`dialect\` to be one of ${dialects.join(', ')}, found ${JSON.stringify(dialect)}`)
  for (const { name, runType } of attestors) {
    expected(runTypes.includes(runType), `the attestor ${name} to run in one of ${runTypes.join(', ')}, found ${JSON.stringify(runType)}`)
  }
  expected(signal === undefined || isSignal(signal), '`signal` to be an AbortSignal')
  expected(typeof subjects === 'object' && subjects !== null, '`subjects` to be digest sets by name')
  for (const [name, digests] of Object.entries(subjects) as readonly (readonly [string, unknown])[]) {
    expected(isWellFormed(name), 'names in `subjects` to be Unicode text, found a lone surrogate')
    expected(typeof digests === 'object' && digests !== null, `the digests of the subject ${JSON.stringify(name)} to be an object, by algorithm`)
    checkDigestSet(digests as DigestSet, `/subjects/${name}`)
  }
}

function isSigner(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'keyid' in value && 'sign' in value && typeof value.sign === 'function'
}

/** By what is used of it: a signal may come from another realm. */
function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && typeof value.aborted === 'boolean' && 'addEventListener' in value && typeof value.addEventListener === 'function'
}

/** Of either kind of system: core does not know which one it runs on. */
function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path)
}
