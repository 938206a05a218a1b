import type { Certificate } from '../certificate/certificate.ts'
import { describeCertificate } from '../certificate/describe.ts'
import type { PathErrorCode } from '../error.ts'
import { signatureFault, weaknessOf, type SignatureFault } from '../signature/verify-signature.ts'
import { nameViolation } from './name-constraints.ts'
import { PathError, type CertificatePath, type PathOptions, type PathRefusal, type PathResult } from './path.ts'
import { policyFault } from './policy-tree.ts'
import { isRepeated, issuersOf, nameOf, poolOf, type Candidate } from './pool.ts'
import { failureOf } from './nearest.ts'
import { issuerLacks, leafLacks, type Lack } from './requirements.ts'
import { limitsOf, rulesOf } from './rules.ts'

/**
 * Finds a path from a certificate to a root, or says why there is none: every issuer at hand is tried, by name, until a
 * path holds. Nothing is fetched, no clock is read, and revocation is not looked at.
 *
 * @throws TypeError for wrong arguments. A path that does not hold is a result.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6
 */
export async function findPath(options: PathOptions): Promise<PathResult> {
  const { leaf, at, purpose } = options
  checkArguments(options)
  const rules = rulesOf(options.rules)
  const limits = limitsOf(options.limits)
  const requirements = { at, purpose, rules }
  const pool = poolOf(options.roots, options.intermediates ?? [])
  const refusals: PathRefusal[] = []
  let checks = 0
  let exhausted = false

  const refuse = (below: readonly Certificate[], certificate: Certificate | undefined, { code, message }: Lack): void => {
    const text = certificate === undefined ? message : `${describeCertificate(certificate)}: ${message}`
    refusals.push({ code, message: text, below, ...(certificate !== undefined && { certificate }) })
  }

  /** Everything that can only be judged along a whole path. */
  const holds = (chain: readonly Certificate[]): boolean => {
    const violation = nameViolation(chain, limits.maxNameComparisons)
    if (violation !== undefined) {
      refuse(chain, violation.certificate, { code: violation.limit === true ? 'ERR_PATH_LIMIT' : 'ERR_PATH_NAME_CONSTRAINTS', message: violation.message })
      return false
    }
    const index = policyFault(chain, options.policies)
    if (index === undefined) return true
    refuse(chain, chain[index], { code: 'ERR_PATH_POLICY', message: 'a certificate policy is demanded here, and none holds along the path' })
    return false
  }

  const tryIssuer = async (chain: readonly Certificate[], child: Certificate, { certificate, isRoot }: Candidate): Promise<CertificatePath | undefined> => {
    if (isRepeated(certificate, chain)) return undefined
    if (checks >= limits.maxSignatureChecks) {
      exhausted = true
      refuse(chain, certificate, { code: 'ERR_PATH_LIMIT', message: `the search takes more than ${limits.maxSignatureChecks} signature checks` })
      return undefined
    }
    checks += 1
    options.onSignatureCheck?.()
    const fault = weaknessOf(child.signature.algorithm, certificate.publicKey, rules) ?? (await issuedBy(child, certificate))
    if (fault !== undefined) {
      refuse(chain, certificate, { code: faultCodes[fault.kind], message: fault.kind === 'invalid' ? `its key did not sign ${describeCertificate(child)}` : fault.message })
      return undefined
    }
    const lacks = issuerLacks(certificate, isRoot, chain, requirements)
    for (const lack of lacks) refuse(chain, certificate, lack)
    if (lacks.length > 0) return undefined
    const longer = [...chain, certificate]
    if (isRoot) return holds(longer) ? { chain: longer, root: certificate } : undefined
    return extend(longer, certificate)
  }

  const extend = async (chain: readonly Certificate[], child: Certificate): Promise<CertificatePath | undefined> => {
    if (chain.length >= limits.maxPathLength) {
      refuse(chain, undefined, { code: 'ERR_PATH_LIMIT', message: `the path has more than ${limits.maxPathLength} certificates` })
      return undefined
    }
    const before = refusals.length
    for (const candidate of issuersOf(child, pool)) {
      const path = await tryIssuer(chain, child, candidate)
      if (path !== undefined) return path
      if (exhausted) return undefined
    }
    if (refusals.length === before) {
      refuse(chain, undefined, { code: 'ERR_PATH_ISSUER_UNKNOWN', message: `nothing at hand issued ${describeCertificate(child)}: expected a certificate of '${child.issuer.text}'` })
    }
    return undefined
  }

  for (const lack of leafLacks(leaf, requirements)) refuse([], leaf, lack)
  if (refusals.length > 0) return { valid: false, failure: failureOf(refusals) }
  if (options.roots.some((root) => nameOf(root) === nameOf(leaf))) return { valid: true, path: { chain: [leaf], root: leaf } }
  const path = await extend([leaf], leaf)
  return path === undefined ? { valid: false, failure: failureOf(refusals) } : { valid: true, path }
}

/**
 * Finds a path from a certificate to a root. What returns is valid.
 *
 * @throws PathError `ERR_CERTIFICATE_PATH` with the nearest chain and why each candidate was refused
 * @throws TypeError for wrong arguments
 * @example
 * ```ts
 * const { chain } = await validatePath({ leaf, intermediates, roots: [root], at: signedAt, purpose: 'codeSigning' })
 * ```
 */
export async function validatePath(options: PathOptions): Promise<CertificatePath> {
  const result = await findPath(options)
  if (result.valid) return result.path
  throw new PathError(result.failure)
}

const faultCodes: Readonly<Record<SignatureFault['kind'], PathErrorCode>> = { algorithm: 'ERR_PATH_ALGORITHM', weak: 'ERR_PATH_WEAK', invalid: 'ERR_PATH_SIGNATURE' }

const verdicts = new WeakMap<Certificate, WeakMap<Certificate, Promise<SignatureFault | undefined>>>()

/** Whether a certificate was signed by a key: the same two give the same answer, so it is kept as long as they are. */
async function issuedBy(child: Certificate, issuer: Certificate): Promise<SignatureFault | undefined> {
  const known = verdicts.get(child) ?? new WeakMap<Certificate, Promise<SignatureFault | undefined>>()
  verdicts.set(child, known)
  const { algorithm, signed, bytes } = child.signature
  const verdict = known.get(issuer) ?? signatureFault(algorithm, issuer.publicKey, signed, bytes)
  known.set(issuer, verdict)
  return verdict
}

function checkArguments({ at, purpose }: PathOptions): void {
  if (!(at instanceof Date) || Number.isNaN(at.getTime())) throw new TypeError('at has to be a valid date')
  if (!['any', 'codeSigning', 'timeStamping'].includes(purpose)) throw new TypeError(`purpose has to be any, codeSigning or timeStamping, not ${purpose as string}`)
}
