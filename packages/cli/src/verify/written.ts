import { verificationSummary } from '@cilock/policy'
import type { Report, VerifyOptions } from '@cilock/policy'
import type { Change } from '@cilock/policy/explain'
import { renderHtml, renderJson, renderMarkdown, renderText } from '@cilock/policy/render'
import type { Consulted } from './consulted.ts'
import type { Written } from './outputs.ts'
import type { ReportFormat } from './reports.ts'
import { summaryVerifier } from './summary.ts'

const renderers = { '.json': renderJson, '.md': renderMarkdown, '.html': renderHtml, '.txt': renderText } as const satisfies Readonly<Record<ReportFormat, unknown>>

/** What is written about the verdict on an artifact. */
export function writtenOf(report: Report, changes: readonly Change[], { subjects }: Pick<VerifyOptions, 'subjects'>, consulted: Consulted): Written {
  return {
    summary: () => verificationSummary(report, { verifier: summaryVerifier }),
    report: (format) => renderers[format](report, { changes }),
    subjects,
    consulted,
  }
}
