import { CilockError } from '@cilock/core'
import type { FetchedEvidence, StoreFailure } from './fetch/found.ts'

/** Why nothing could be said about an image. Stable: match on these, never on messages. */
export type ImageErrorCode =
  // a store did not give what it has, so that what decides may be there
  | 'ERR_EVIDENCE_INCOMPLETE'
  // an envelope that is to be attached holds no in-toto statement
  | 'ERR_PAYLOAD_TYPE'
  // a statement or a bundle that is none
  | 'ERR_MALFORMED'
  // a bundle of a version that is not known
  | 'ERR_BUNDLE_VERSION'
  // a bundle whose lines are not those that it lists
  | 'ERR_BUNDLE_INTEGRITY'
  // a folder or file that cannot be read
  | 'ERR_FILE'
  // more than the limits allow
  | 'ERR_LIMIT_EXCEEDED'
  | 'ERR_ABORTED'

/** What an error knows besides its code and message. */
export interface ImageErrorDetails extends ErrorOptions {
  /** Stores that failed, each with its reason. Default: none. */
  readonly failures?: readonly StoreFailure[]
  /** What the other stores gave. */
  readonly found?: FetchedEvidence
}

/** Something about an image that could not be known. */
export class ImageError extends CilockError<ImageErrorCode> {
  override readonly name: string = 'ImageError'
  /** With `ERR_EVIDENCE_INCOMPLETE`: each store that failed, and why. */
  readonly failures: readonly StoreFailure[]
  /** With `ERR_EVIDENCE_INCOMPLETE`: what the other stores gave. */
  readonly found: FetchedEvidence | undefined

  constructor(code: ImageErrorCode, message: string, { failures = [], found, ...options }: ImageErrorDetails = {}) {
    super(code, message, options)
    this.failures = failures
    this.found = found
  }
}
