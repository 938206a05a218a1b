import { extname, resolve } from 'node:path'
import type { Report } from '@cilock/policy'
import type { Change } from '@cilock/policy/explain'
import { renderHtml, renderJson, renderMarkdown, renderText } from '@cilock/policy/render'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { requireWritable, writeFileAtomically } from '../write-file.ts'

type Render = (report: Report, options: { readonly changes: readonly Change[] }) => string

/** What the end of a file's name asks for. */
const renderers: Readonly<Record<string, Render>> = { '.json': renderJson, '.md': renderMarkdown, '.html': renderHtml, '.txt': renderText }

/** A file that a report goes to, and how. */
export interface ReportPlan {
  readonly path: string
  readonly render: Render
}

/** Where reports go; found out before anything is judged. */
export async function planReports(flags: Flags, io: CliIo): Promise<readonly ReportPlan[]> {
  const plans = flags.list('report').map((name): ReportPlan => {
    const render = renderers[extname(name).toLowerCase()]
    if (render === undefined) throw usage(`--report: expected a name that ends in ${Object.keys(renderers).join(', ')}, found ${JSON.stringify(name)}`)
    return { path: resolve(io.workingDir, name), render }
  })
  for (const { path } of plans) await requireWritable(path)
  return plans
}

/** Writes the report of a pass as of a refusal. */
export async function writeReports(plans: readonly ReportPlan[], report: Report, changes: readonly Change[]): Promise<void> {
  for (const { path, render } of plans) await writeFileAtomically(path, Buffer.from(render(report, { changes })))
}
