import type { Certificate } from '../certificate/certificate.ts'
import { x509Error } from '../error.ts'

/** What a TimeStampToken says. Nothing here is verified. */
export interface TimestampToken {
  /** The DER of the token (a CMS ContentInfo). */
  readonly der: Uint8Array
  /** genTime, cut to milliseconds. */
  readonly time: Date
  /** Hexadecimal. */
  readonly serialNumber: string
  readonly policy: string
  readonly imprint: { readonly hash: string; readonly digest: Uint8Array }
  /** Hexadecimal. */
  readonly nonce?: string
  /** The certificates that came with it and could be read. */
  readonly certificates: readonly Certificate[]
}

export function parseTimestampToken(_der: Uint8Array): TimestampToken {
  throw x509Error('ERR_TIMESTAMP_MALFORMED', 'not built yet')
}

export function parseTimestampResponse(_der: Uint8Array): TimestampToken {
  throw x509Error('ERR_TIMESTAMP_MALFORMED', 'not built yet')
}
