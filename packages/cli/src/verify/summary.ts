import { resolve } from 'node:path'
import { encodeEnvelope, inTotoPayloadType, signEnvelope } from '@cilock/core'
import type { Signer, Timestamper } from '@cilock/core'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import type { Log } from '../log.ts'
import { signerOf } from '../signer.ts'
import { timestampersOf } from '../timestampers.ts'
import { requireWritable, writeFileAtomically } from '../write-file.ts'

/** Where the summary goes and who signs it; found out before anything is judged. */
export interface SummaryPlan {
  readonly path: string
  readonly signer: Signer | undefined
  readonly timestampers: readonly Timestamper[]
}

export async function planSummary(flags: Flags, io: CliIo): Promise<SummaryPlan | undefined> {
  const outfile = flags.string('vsa-outfile') ?? ''
  const signer = await signerOf(flags, io)
  const timestampers = timestampersOf(flags, 'vsa-timestamp-servers', io)
  if (timestampers.length > 0 && signer === undefined) throw usage('--vsa-timestamp-servers timestamps a signature: say with --signer-file-key-path who signs')
  if (outfile === '') {
    if (signer !== undefined) throw usage('--signer-file-key-path signs the verification summary: say with --vsa-outfile where it goes')
    return undefined
  }
  const path = resolve(io.workingDir, outfile)
  await requireWritable(path)
  return { path, signer, timestampers }
}

/** Who says so, in a summary that this tool writes. */
export const summaryVerifier = 'https://github.com/cilock/cilock'

/** As the Go tool creates it: what was verified is nobody else's business. */
const privateMode = 0o600

/** Writes the summary of a pass as of a refusal: an envelope, or the bare statement where nobody signs. */
export async function writeSummary({ path, signer, timestampers }: SummaryPlan, payload: Uint8Array, log: Log): Promise<void> {
  if (signer === undefined) log.warn('the verification summary is not signed, so it proves nothing to others: give --signer-file-key-path')
  const bytes = signer === undefined ? payload : encodeEnvelope(await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer], timestampers }))
  await writeFileAtomically(path, bytes, privateMode)
}
