import { CilockError } from '@cilock/core'
import type { CosignRefusalCode, CosignReport } from './report.ts'

/** What this package throws. Stable: match on these, never on messages. What a registry does wrong is a `RegistryError`. */
export type CosignErrorCode =
  // why a bundle of a file is not accepted; with images these stand in the report
  | CosignRefusalCode
  // there is no signature or attestation, in every place that was to be looked at
  | 'ERR_COSIGN_NONE'
  // there are some, and none is accepted; the report says why, one by one
  | 'ERR_COSIGN_UNVERIFIED'
  // none is accepted, and a place or an entry could not be read, so that a good one may be there
  | 'ERR_COSIGN_INCOMPLETE'
  // a tag that holds something else than signatures, to which nothing may be added
  | 'ERR_COSIGN_TAG'
  // what was written is not there afterwards, after all attempts
  | 'ERR_COSIGN_LOST'
  // a private key file of cosign that is none, or whose parameters are not those that cosign writes
  | 'ERR_COSIGN_KEY'
  // the password does not open the key
  | 'ERR_KEY_PASSPHRASE'
  // a key of a kind that cannot be used
  | 'ERR_KEY_UNSUPPORTED'
  // a signer failed
  | 'ERR_SIGNER_FAILED'
  // a predicate or statement that is no JSON of its kind
  | 'ERR_MALFORMED'
  | 'ERR_ABORTED'

/** Something that was not verified, found, opened or written. */
export class CosignError extends CilockError<CosignErrorCode> {
  override readonly name: string = 'CosignError'
  /** What was looked at and what came of each; absent where nothing was to be judged. */
  readonly report: CosignReport | undefined

  constructor(code: CosignErrorCode, message: string, { report, ...options }: ErrorOptions & { readonly report?: CosignReport } = {}) {
    super(code, message, options)
    this.report = report
  }
}
