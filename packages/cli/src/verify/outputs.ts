import type { DigestSet } from '@cilock/core'
import type { Flags } from '../flags/flag.ts'
import { inputsOf } from '../flags/inputs.ts'
import type { CliIo } from '../io.ts'
import { createLog } from '../log.ts'
import { requireApart } from '../write-file.ts'
import type { Consulted } from './consulted.ts'
import type { ReportFormat } from './reports.ts'

/** What is to be written about a verdict. Each is made where it is asked for. */
export interface Written {
  /** The bytes of the statement that sums it up. */
  readonly summary: () => Uint8Array
  readonly report: (format: ReportFormat) => string
  /** What was judged. */
  readonly subjects: readonly (string | DigestSet)[]
  readonly consulted: Consulted
}

/** Writes the files that the flags ask for, of a pass as of a refusal. */
export type WriteOutputs = (written: Written) => Promise<void>

/** Flags that name what the verdict is made of, and who signs what is written about it. */
const read = ['signer-file-key-path', 'publickey', 'policy', 'policy-ca-roots', 'attestations', 'bundle', 'artifactfile']

/** The files beside the verdict, each known to be writable before anything is judged. Loaded where there are some. */
export async function outputsOf(flags: Flags, io: CliIo): Promise<WriteOutputs | undefined> {
  if (!flags.names().some((name) => name === 'report' || name === 'output-bundle' || /^(?:vsa|signer)-/.test(name))) return undefined
  const [{ planSummary, writeSummary }, { planReports, writeReports }, { planBundle, writeBundle }] = await Promise.all([import('./summary.ts'), import('./reports.ts'), import('./bundle-output.ts')])
  const [summary, reports, bundle] = [await planSummary(flags, io), await planReports(flags, io), await planBundle(flags, io)]
  for (const path of inputsOf(flags, ['vsa-outfile', 'report', 'output-bundle'], io.workingDir)) await requireApart(path, inputsOf(flags, read, io.workingDir))
  const log = createLog(io.stderr, flags.string('log-level'))
  return async (written) => {
    if (summary !== undefined) await writeSummary(summary, written.summary(), log)
    await writeReports(reports, written.report)
    if (bundle !== undefined) await writeBundle(bundle, written.consulted, written.subjects)
  }
}
