import { aFunction, argument, object } from '../argument.ts'
import { memberOf, stringsOf } from '../explain/check-data.ts'
import { explain } from '../explain/explain.ts'
import type { ExplainedCause } from '../explain/explain.ts'
import type { CandidateReport, Report } from '../report/report.ts'
import { changesLabel, expectRendered } from './changes.ts'
import type { RenderOptions } from './changes.ts'
import { bindingText, detailsOf, signersText } from './details.ts'
import { plain, renderTree } from './tree.ts'
import type { Paint, Tree } from './tree.ts'

const expectPaint = object({ dim: aFunction, good: aFunction, bad: aFunction })

/** How a report becomes text. */
export interface TextOptions extends RenderOptions {
  /** Makes parts stand out, as on a terminal. Default: plain text. */
  readonly paint?: Paint
}

/**
 * A report on one screen: what is bound to what, or the first cause of the refusal, what else stood in the way, and the
 * change that would make it pass. Control characters in names are escaped, so that none can move a cursor or forge a line.
 *
 * @example
 * ```ts
 * console.error(renderText(error.report))
 * ```
 */
export function renderText(report: Report, options: TextOptions = {}): string {
  expectRendered(report, options, 'renderText')
  const { paint = plain, changes = [] } = options
  expectPaint(paint, argument('renderText', 'paint'))
  return renderTree(report.verdict === 'passed' ? passedTree(report) : refusedTree(report, changes), paint)
}

function passedTree({ policy, subjects }: Report): Tree {
  const children = subjects.flatMap(({ digests, boundBy }) => boundBy.map((binding): Tree => ({ label: `verified: ${digests.join(', ')}`, detail: bindingText(binding) })))
  return { label: 'passed', tone: 'good', children: [...few(children), ...notesOf(policy)] }
}

/** What is weaker than a pass looks. */
function notesOf({ checks }: Report['policy']): readonly Tree[] {
  return checks.flatMap(({ found }) => stringsOf(memberOf(found, 'notes'))).map((note): Tree => ({ label: 'note:', detail: note }))
}

function refusedTree(report: Report, changes: NonNullable<RenderOptions['changes']>): Tree {
  const { first, causes } = explain(report)
  const isOther = (each: ExplainedCause): boolean => each !== first
  const skipped = report.externals.filter(({ verdict }) => verdict === 'skipped')
  const passed = [...report.externals.filter(({ verdict }) => verdict === 'passed').map(({ external }) => `external attestation ${external}`), ...report.steps.filter(({ verdict }) => verdict === 'passed').map(({ step }) => `step ${step}`)]
  return {
    label: `refused: ${first?.code ?? ''} ${first?.message ?? 'the policy is not satisfied'}`,
    tone: 'bad',
    children: [
      ...(first === undefined ? [] : causeTrees(first)),
      ...few(causes.filter(isOther).map((cause): Tree => ({ label: partOf(cause), detail: `${cause.code} ${cause.sentence}` }))),
      ...few(skipped.map(({ external }): Tree => ({ label: `external attestation ${external}`, detail: 'none, and none has to be' }))),
      ...few(passed.map((label): Tree => ({ label, detail: 'passed' }))),
      ...(changes.length === 0 ? [] : [{ label: `${changesLabel(changes)}:`, children: changes.map(({ sentence }) => ({ label: sentence })) }]),
    ],
  }
}

/** As many lines of a kind as a screen bears. */
const mostLines = 20

function few(trees: readonly Tree[]): readonly Tree[] {
  return trees.length <= mostLines ? trees : [...trees.slice(0, mostLines), { label: `and ${trees.length - mostLines} more`, detail: 'the JSON has all' }]
}

function partOf({ own, step, external }: ExplainedCause): string {
  const name = step === undefined ? (external === undefined ? 'the policy' : `external attestation ${external}`) : `step ${step}`
  return own ? name : `${name} (follows, or waits)`
}

function causeTrees({ check, nearest, candidate, candidates, failing }: ExplainedCause): readonly Tree[] {
  const details = detailsOf(check).map(({ label, text }): Tree => ({ label, detail: text }))
  if (nearest === undefined || candidate === undefined) return details
  return [...details, candidateTree(nearest, candidates, failing.filter((each) => each !== check))]
}

function candidateTree({ references, signers, checks }: CandidateReport, count: number, others: ExplainedCause['failing']): Tree {
  return {
    label: count === 1 ? 'the one envelope that was found' : `the nearest of ${count} envelopes that were found`,
    detail: references.join(', '),
    children: [{ label: 'signed by', detail: signersText(signers, checks) }, ...others.map((check): Tree => ({ label: `${check.state === 'failed' ? 'failed too' : 'not evaluated'}: ${check.code}`, detail: check.message }))],
  }
}
