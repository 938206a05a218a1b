import { CilockError } from '@cilock/core'
import type { Source, SourceResult } from '@cilock/core'
import { fileSource } from '@cilock/core/node'
import { usage } from '../error.ts'
import type { CliErrorCode } from '../error.ts'

/** The files that `--attestations` names: a source to judge by, and what is in it. */
export interface NamedEvidence {
  readonly source: Source
  readonly results: readonly SourceResult[]
}

/** Reads them all at once, so that a file that cannot be read is told before anything is judged. */
export async function readEvidence(paths: readonly string[], workingDir: string): Promise<NamedEvidence> {
  const source = fileSource(paths, { base: workingDir })
  try {
    return { source, results: await source.search({}) }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    if (error.code === 'ERR_DUPLICATE_REFERENCE') throw usage(`--attestations: ${error.message}`)
    if (error.code === 'ERR_FILE_UNREADABLE') throw new CilockError<CliErrorCode>('ERR_FILE', `cannot read the evidence: ${error.message}`, { cause: error })
    throw error
  }
}
