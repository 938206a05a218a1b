import type { ArchivistaClient } from '@cilock/archivista-client'
import type { AttestResult } from '@cilock/core'
import { encodeEnvelope } from '@cilock/core'
import type { CliIo } from '../io.ts'

/** Stores the exported statements, and the collection last: whoever finds it finds them. Its gitoid is the result. */
export async function uploadResults(archivista: ArchivistaClient, result: AttestResult, envelope: Uint8Array, io: CliIo): Promise<string> {
  for (const { envelope: exported } of result.exported) await archivista.store(encodeEnvelope(exported), { signal: io.signal })
  const { gitoid } = await archivista.store(envelope, { signal: io.signal })
  return gitoid
}
