import type { Verifier } from '@cilock/core'
import type { CertificateKey } from '../certificate/certificate-key.ts'
import type { Certificate } from '../certificate/certificate.ts'
import type { PathPurpose } from '../path/purpose.ts'
import { limitsOf, rulesOf, type PathLimits, type PathRules } from '../path/rules.ts'
import { verifierOf } from '../signature/verify-signature.ts'
import type { TimestampAuthority, TimestampRules } from '../timestamp/timestamp.ts'
import type { CertificateVerifierOptions, TrustBundle } from './options.ts'

/** The options of a verifier, checked and filled up. */
export interface Settings {
  readonly bundles: readonly TrustBundle[]
  /** Of the options and of every bundle. */
  readonly intermediates: readonly Certificate[]
  readonly authorities: readonly TimestampAuthority[]
  readonly requiredTimestamps: number
  readonly fallbackTime: Date | undefined
  readonly purpose: PathPurpose
  readonly useEmbedded: boolean
  readonly keyVerifier: (key: CertificateKey) => Promise<Verifier>
  readonly rules: PathRules
  readonly timestampRules: TimestampRules
  readonly limits: Required<PathLimits>
}

/** @throws TypeError */
export function settingsOf(options: CertificateVerifierOptions): Settings {
  const { bundles, timestampAuthorities: authorities = [], requiredTimestamps = 1, fallbackTime, purpose = 'codeSigning' } = options
  checkIds('bundles', bundles)
  checkIds('timestampAuthorities', authorities)
  if (!Number.isSafeInteger(requiredTimestamps) || requiredTimestamps < 1) throw new TypeError(`requiredTimestamps has to be a positive integer, not ${String(requiredTimestamps)}`)
  if (fallbackTime !== undefined && Number.isNaN(fallbackTime.getTime())) throw new TypeError('fallbackTime has to be a valid date')
  if (!['any', 'codeSigning'].includes(purpose)) throw new TypeError(`purpose has to be any or codeSigning, not ${purpose as string}`)
  if (options.keyVerifier !== undefined && typeof options.keyVerifier !== 'function') throw new TypeError('keyVerifier has to be a function')
  rulesOf(options.timestampRules)
  return {
    bundles,
    intermediates: [...(options.intermediates ?? []), ...bundles.flatMap(({ intermediates = [] }) => intermediates)],
    authorities,
    requiredTimestamps,
    fallbackTime,
    purpose,
    useEmbedded: options.useEmbeddedIntermediates ?? true,
    keyVerifier: keyVerifierOf(options.keyVerifier),
    rules: rulesOf(options.rules),
    timestampRules: options.timestampRules ?? {},
    limits: limitsOf(options.limits),
  }
}

/** One verifier for each key, however often it signs. */
function keyVerifierOf(make: CertificateVerifierOptions['keyVerifier']): Settings['keyVerifier'] {
  if (make === undefined) return async (key) => verifierOf(key, 'sha256')
  const known = new WeakMap<CertificateKey, Promise<Verifier>>()
  return async (key) => {
    const verifier = known.get(key) ?? make(key.pem)
    known.set(key, verifier)
    return verifier
  }
}

/** Results name bundles and authorities by their ids, so two may not share one. */
function checkIds(what: string, items: readonly { readonly id: string; readonly roots: readonly Certificate[] }[]): void {
  if (!Array.isArray(items)) throw new TypeError(`${what} has to be a list`)
  const ids = items.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new TypeError(`${what}: the id '${twice}' is there twice`)
  const empty = items.find(({ roots }) => !Array.isArray(roots) || roots.length === 0)
  if (empty !== undefined) throw new TypeError(`${what}: '${empty.id}' has no roots`)
}
