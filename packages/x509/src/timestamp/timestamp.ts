import type { Certificate } from '../certificate/certificate.ts'
import type { TimestampErrorCode } from '../error.ts'
import type { PathFailure } from '../path/path.ts'
import type { PathLimits, PathRules } from '../path/rules.ts'

/** Who may say what time it was. */
export interface TimestampAuthority {
  /** What the authority is called in results: an id of a policy, or any other name. Each id counts once. */
  readonly id: string
  /** The certificates that are trusted; in a CI/lock policy root and intermediates of one entry. */
  readonly roots: readonly Certificate[]
  /** Certificates that may stand in between, also the authority's own where tokens come without it. */
  readonly intermediates?: readonly Certificate[]
}

/** A time that an authority vouches for. */
export interface TrustedTimestamp {
  /** genTime, cut to milliseconds. */
  readonly time: Date
  /** The id of the authority. */
  readonly authority: string
  /** From the certificate that signed the token to the root. */
  readonly chain: readonly Certificate[]
  /** Hexadecimal; what the authority numbered the token with. */
  readonly serialNumber: string
  /** The object identifier of the policy under which it was made. */
  readonly policy: string
  /** Where it stood in the list that was given. */
  readonly index: number
}

/** Why a timestamp is not trusted. */
export interface TimestampRefusal {
  /** Why; stable. */
  readonly code: TimestampErrorCode
  /** What was expected and what was found, for people. */
  readonly message: string
  /** Where it stood in the list that was given. */
  readonly index: number
  /** The time it states, where it could be read. Nobody vouches for it. */
  readonly claimedTime?: Date
  /** Who signed it, where that is known. */
  readonly signer?: Certificate
  /** For `ERR_TIMESTAMP_UNTRUSTED`: the search of each authority. */
  readonly failures?: readonly { readonly authority: string; readonly failure: PathFailure }[]
}

/** What is asked of timestamps beyond RFC 3161's own rules. */
export interface TimestampRules extends PathRules {
  /**
   * Whether the usage timeStamping has to be critical, as RFC 3161 says. Default: false, since CI/lock's own service does
   * not mark it. That it is the only usage is always asked.
   */
  readonly requireCriticalUsage?: boolean
  /** Whether a token has to name the certificate that signed it (ESSCertID, ESSCertIDv2). Default: true. A name that does not fit is always refused. */
  readonly requireSigningCertificate?: boolean
  /** A token from after this instant, plus the tolerance, is refused. Absent: no time is known, and none is from the future. */
  readonly now?: Date
  /** In milliseconds. Default: five minutes. */
  readonly clockTolerance?: number
}

/** Which timestamps, over what, and whom to believe. */
export interface VerifyTimestampsOptions {
  /** The bytes that were timestamped. For an envelope: the bytes of the signature. */
  readonly message: Uint8Array
  /** Who is believed. */
  readonly authorities: readonly TimestampAuthority[]
  /** How strictly timestamps are judged. */
  readonly rules?: TimestampRules
  /** Bounds on the search for paths. */
  readonly limits?: PathLimits
  /** Called for each signature, of a token and between certificates, before it is verified. What it throws ends the judgement. */
  readonly onSignatureCheck?: (() => void) | undefined
}

/** What became of each timestamp. The same bytes a second time are passed over. */
export interface TimestampResult {
  /**
   * One entry for each token and each authority that vouches for it, by time, then by index. Whoever counts them counts
   * authorities: `distinctTimestamps()`.
   */
  readonly trusted: readonly TrustedTimestamp[]
  /** Those that were turned down, and why. */
  readonly refused: readonly TimestampRefusal[]
}
