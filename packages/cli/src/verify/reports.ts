import { extname, resolve } from 'node:path'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { requireWritable, writeFileAtomically } from '../write-file.ts'

/** What the end of a file's name may ask for. */
const formats = ['.json', '.md', '.html', '.txt'] as const
export type ReportFormat = (typeof formats)[number]

/** A file that a report goes to, and how. */
export interface ReportPlan {
  readonly path: string
  readonly format: ReportFormat
}

/** Where reports go; found out before anything is judged. */
export async function planReports(flags: Flags, io: CliIo): Promise<readonly ReportPlan[]> {
  const plans = flags.list('report').map((name): ReportPlan => {
    const format = formats.find((each) => each === extname(name).toLowerCase())
    if (format === undefined) throw usage(`--report: expected a name that ends in ${formats.join(', ')}, found ${JSON.stringify(name)}`)
    return { path: resolve(io.workingDir, name), format }
  })
  for (const { path } of plans) await requireWritable(path)
  return plans
}

/** Writes the report of a pass as of a refusal. */
export async function writeReports(plans: readonly ReportPlan[], render: (format: ReportFormat) => string): Promise<void> {
  for (const { path, format } of plans) await writeFileAtomically(path, Buffer.from(render(format)))
}
