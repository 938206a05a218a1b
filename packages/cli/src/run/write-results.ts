import type { AttestResult } from '@cilock/core'
import { encodeEnvelope } from '@cilock/core'
import type { CliIo } from '../io.ts'
import { writeFileAtomically } from '../write-file.ts'
import type { RunPlan } from './plan.ts'

/**
 * Writes the envelopes: exported ones beside the collection's file under the attestor's name, the collection last. Without
 * an outfile the collection goes to stdout, or to stderr where stdout belongs to the JSON summary.
 */
export async function writeResults(plan: RunPlan, result: AttestResult, envelope: Uint8Array, io: CliIo): Promise<void> {
  if (plan.outfile === undefined) {
    const out = plan.json ? io.stderr : io.stdout
    out.write(envelope)
    return
  }
  for (const { attestor, envelope: exported } of result.exported) {
    await writeFileAtomically(`${plan.outfile}-${attestor.replaceAll('/', '-')}.json`, encodeEnvelope(exported))
  }
  await writeFileAtomically(plan.outfile, envelope)
}
