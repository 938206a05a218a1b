import { CilockError } from '@cilock/core'
import type { Certificate } from '../certificate/certificate.ts'
import type { PathErrorCode } from '../error.ts'
import type { PolicyStart } from './policy-tree.ts'
import type { PathPurpose } from './purpose.ts'
import type { PathLimits, PathRules } from './rules.ts'

/** Which certificate, whom it may lead to, when and for what. */
export interface PathOptions {
  /** The certificate that is in question. */
  readonly leaf: Certificate
  /** Certificates that may stand between leaf and root. They are not trusted; order and duplicates do not matter. */
  readonly intermediates?: readonly Certificate[]
  /** Trusted: a path ends as soon as it reaches one, self-signed or not. None are known but these. */
  readonly roots: readonly Certificate[]
  /** The instant at which every certificate of the path, the root included, has to be valid. */
  readonly at: Date
  /** What it has to be good for. */
  readonly purpose: PathPurpose
  /** Where the processing of certificate policies begins. Default: any policy is good, and none is demanded. */
  readonly policies?: PolicyStart
  /** How strictly certificates are judged. */
  readonly rules?: PathRules
  /** Bounds on the search. */
  readonly limits?: PathLimits
  /**
   * Called for each signature between certificates before it is verified, also where the answer is known from before, so that
   * the count is the same each time. For bounds that several searches share: what it throws ends the search.
   */
  readonly onSignatureCheck?: (() => void) | undefined
}

/** From the leaf, which is first, to the root, which is last. A leaf that is a root is the whole path. */
export interface CertificatePath {
  /** The certificates, the leaf first. */
  readonly chain: readonly Certificate[]
  /** The root that it ends in. */
  readonly root: Certificate
}

/** Why one candidate was turned down, or why the search ended. */
export interface PathRefusal {
  /** Why; stable. */
  readonly code: PathErrorCode
  /** What was expected and what was found, for people. */
  readonly message: string
  /** The path as far as it had come, leaf first; without the candidate. */
  readonly below: readonly Certificate[]
  /** The certificate that is refused, which may be the leaf itself; absent where no certificate was found. */
  readonly certificate?: Certificate
}

/** A search that found no path. */
export interface PathFailure {
  /** The code of the refusal at the end of the nearest chain. */
  readonly code: PathErrorCode
  /** What was expected and what was found, for people. */
  readonly message: string
  /** The chain that came furthest, leaf first: to a root that was refused, or else the longest. */
  readonly nearest: readonly Certificate[]
  /** Every refusal, in the order of the search; the nearest one first. Never empty. */
  readonly refusals: readonly PathRefusal[]
}

/** A path, or why there is none. */
export type PathResult = { readonly valid: true; readonly path: CertificatePath } | { readonly valid: false; readonly failure: PathFailure }

/** There is no path from a certificate to a root. Carries the whole search. */
export class PathError extends CilockError<'ERR_CERTIFICATE_PATH'> {
  override readonly name: string = 'PathError'
  /** Why there is no path. */
  readonly failure: PathFailure

  constructor(failure: PathFailure) {
    super('ERR_CERTIFICATE_PATH', `no path from the certificate to a root: ${failure.message}`)
    this.failure = failure
  }
}
