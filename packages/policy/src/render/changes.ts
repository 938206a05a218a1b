import { aFlag, argument, aText, listOf, object, optional } from '../argument.ts'
import { expectReport } from '../report/expect-report.ts'
import type { Change } from '../explain/propose-change.ts'

/** What renderers may show beside a report. */
export interface RenderOptions {
  /** What `proposeChange()` gave. Default: none. */
  readonly changes?: readonly Change[]
}

const someChanges = object({ changes: optional(listOf(object({ edits: listOf(object({ kind: aText })), sentence: aText, tried: aFlag }))) })

/** @throws TypeError where a report is none, or an option is of the wrong kind. */
export function expectRendered(report: unknown, options: unknown, caller: string): void {
  expectReport(report, caller)
  someChanges(options, argument(caller, 'options'))
}

/** How a list of changes is called: one is the answer, of several somebody has to choose. */
export function changesLabel(changes: readonly Change[]): string {
  const [first] = changes
  if (changes.length > 1) return 'either of these would make it pass'
  return first?.tried === false ? 'what it takes to pass' : 'the smallest change that makes it pass'
}
