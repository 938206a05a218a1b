import { explain } from '../explain/explain.ts'
import type { Change } from '../explain/propose-change.ts'
import type { Check, Report } from '../report/report.ts'
import type { PolicyErrorCode } from '../error.ts'
import { expectRendered } from './changes.ts'
import type { RenderOptions } from './changes.ts'
import { reportSchemaId } from './report-schema.ts'

/** A report as a document of its own; `reportSchema` says its form. */
export interface ReportDocument {
  /** The schema that it keeps to. */
  readonly $schema: typeof reportSchemaId
  /** Goes up when a reader of the one before would misunderstand; new members alone are no new version. */
  readonly version: 1
  /** Why it was refused, first cause first; empty on a pass. */
  readonly causes: readonly CauseDocument[]
  /** What would make it pass. */
  readonly changes: readonly Change[]
  /** All of it. */
  readonly report: Report
}

/** Why one part was refused. */
export interface CauseDocument {
  /** The code of the error. */
  readonly code: PolicyErrorCode
  /** One sentence for people. */
  readonly sentence: string
  /** The step that it belongs to. */
  readonly step?: string
  /** The external attestation that it belongs to. */
  readonly external?: string
  /** Digest of the nearest candidate. */
  readonly candidate?: string
  /** Whether it failed by itself. */
  readonly own: boolean
  /** The first of `failing` to look at. */
  readonly check: Check
  /** All that has to change. */
  readonly failing: readonly Check[]
}

/** The document that `renderJson` writes. */
export function reportDocument(report: Report, options: RenderOptions = {}): ReportDocument {
  expectRendered(report, options, 'reportDocument')
  const { changes = [] } = options
  const causes = explain(report).causes.map(({ code, sentence, step, external, candidate, own, check, failing }): CauseDocument => ({
    code,
    sentence,
    ...(step !== undefined && { step }),
    ...(external !== undefined && { external }),
    ...(candidate !== undefined && { candidate }),
    own,
    check,
    failing,
  }))
  return { $schema: reportSchemaId, version: 1, causes, changes, report }
}

/** The whole report as JSON, with its causes, in the form of `reportSchema`. */
export function renderJson(report: Report, options: RenderOptions = {}): string {
  return `${JSON.stringify(reportDocument(report, options), null, 2)}\n`
}
