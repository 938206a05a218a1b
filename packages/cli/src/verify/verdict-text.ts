import { firstCause } from '@cilock/policy'
import type { CandidateReport, Cause, Check, CheckValue, Report } from '@cilock/policy'
import type { Paint } from '../output/colour.ts'
import { renderTree } from '../output/tree.ts'
import type { Tree } from '../output/tree.ts'

/** The verdict on one screen: what was bound to what, or the first cause of the refusal and what else stood in the way. */
export function verdictText(report: Report, paint: Paint): string {
  return report.verdict === 'passed' ? passedText(report, paint) : refusedText(report, paint)
}

function passedText({ subjects }: Report, paint: Paint): string {
  const children = subjects.flatMap(({ digests, boundBy }) =>
    boundBy.map(({ step, external, by, name }): Tree => ({ label: `verified: ${digests.join(', ')}`, detail: `bound to ${step === undefined ? `external attestation ${JSON.stringify(external)}` : `step ${JSON.stringify(step)}`} by its ${by.replace('-', ' ')} ${JSON.stringify(name)}` })),
  )
  return renderTree({ label: 'passed', tone: 'good', children }, paint)
}

function refusedText(report: Report, paint: Paint): string {
  const cause = firstCause(report)
  const others = report.steps.filter(({ step, verdict }) => verdict !== 'passed' && step !== cause?.step)
  return renderTree(
    {
      label: `refused: ${cause?.code ?? ''} ${cause?.message ?? 'the policy is not satisfied'}`,
      tone: 'bad',
      children: [
        ...(cause === undefined ? [] : detailsOf(cause, report)),
        ...report.externals.filter(({ verdict, external }) => verdict !== 'passed' && external !== cause?.external).map(({ external, verdict }): Tree => ({ label: `external attestation ${external}`, detail: verdict === 'skipped' ? 'none, and none has to be' : verdict })),
        ...others.map(({ step }): Tree => ({ label: `step ${step}`, detail: firstCause(report, step)?.message ?? 'not evaluated' })),
        ...report.steps.filter(({ verdict }) => verdict === 'passed').map(({ step }): Tree => ({ label: `step ${step}`, detail: 'passed' })),
      ],
    },
    paint,
  )
}

function detailsOf({ check, step, candidate }: Cause, report: Report): readonly Tree[] {
  const found = report.steps.find((each) => each.step === step)?.candidates ?? []
  const nearest = found.find(({ digest }) => digest === candidate)
  return [
    { label: 'expected', detail: show(check.expected) },
    { label: 'found', detail: show(check.found) },
    { label: 'at', detail: placeOf(check) },
    ...(nearest === undefined ? [] : [candidateTree(nearest, found.length)]),
  ]
}

function candidateTree({ references, signers, checks }: CandidateReport, count: number): Tree {
  return {
    label: count === 1 ? 'the one envelope that was found' : `the nearest of ${count} envelopes that were found`,
    detail: references.join(', '),
    children: [
      { label: 'signed by', detail: signers.length === 0 ? 'none of the policy’s keys' : signers.join(', ') },
      ...checks.filter(({ state }) => state === 'failed').map((check): Tree => ({ label: `failed: ${check.code}`, detail: check.message })),
    ],
  }
}

function placeOf({ place }: Check): string {
  return `${place.document} ${place.pointer === '' ? '(the whole)' : place.pointer}`
}

function show(value: CheckValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters; --format json has all)`
}
