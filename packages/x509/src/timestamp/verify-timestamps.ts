import type { SignatureTimestamp } from '@cilock/core'
import { x509Error } from '../error.ts'
import type { TimestampResult, VerifyTimestampsOptions } from './timestamp.ts'

/** Judges the timestamps of a signature. Never throws on bad timestamps. */
export async function verifyTimestamps(_timestamps: readonly SignatureTimestamp[], _options: VerifyTimestampsOptions): Promise<TimestampResult> {
  throw x509Error('ERR_TIMESTAMP_MALFORMED', 'not built yet')
}
