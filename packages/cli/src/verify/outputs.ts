import type { Report } from '@cilock/policy'
import type { Change } from '@cilock/policy/explain'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { createLog } from '../log.ts'

/** What is written beside the verdict. */
export interface Outputs {
  readonly summary: (report: Report) => Promise<void>
  readonly reports: (report: Report, changes: readonly Change[]) => Promise<void>
}

/** The files that the flags ask for, each known to be writable before anything is judged. Loaded where there are some. */
export async function outputsOf(flags: Flags, io: CliIo): Promise<Outputs | undefined> {
  if (!flags.names().some((name) => name === 'report' || /^(?:vsa|signer)-/.test(name))) return undefined
  const [{ planSummary, writeSummary }, { planReports, writeReports }] = await Promise.all([import('./summary.ts'), import('./reports.ts')])
  const [summary, reports] = [await planSummary(flags, io), await planReports(flags, io)]
  const log = createLog(io.stderr, flags.string('log-level'))
  return {
    summary: async (report) => {
      if (summary !== undefined) await writeSummary(summary, report, log)
    },
    reports: async (report, changes) => writeReports(reports, report, changes),
  }
}
