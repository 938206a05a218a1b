import { explain } from '../explain/explain.ts'
import type { ExplainedCause } from '../explain/explain.ts'
import { shortDigest } from '../explain/wording.ts'
import type { CandidateReport, Check, ExternalReport, Report, StepReport, SubjectReport } from '../report/report.ts'
import { changesLabel, expectRendered } from './changes.ts'
import type { RenderOptions } from './changes.ts'
import { bindingText, signersText } from './details.ts'
import { evidenceGraph } from './evidence-graph.ts'
import { checkTable, mark, values } from './html-checks.ts'
import { graphMarkup } from './html-graph.ts'
import { style } from './html-style.ts'
import { html } from './html-text.ts'
import type { Markup } from './html-text.ts'

/**
 * A report as one page: the verdict with its first cause, the graph of steps, envelopes and artifacts, and every check. The
 * page needs no script and loads nothing; what stands in evidence is escaped, and its policy forbids scripts on top.
 *
 * @example
 * ```ts
 * await writeFile('report.html', renderHtml(report))
 * ```
 */
export function renderHtml(report: Report, options: RenderOptions = {}): string {
  expectRendered(report, options, 'renderHtml')
  const { first, causes } = explain(report)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${report.verdict === 'passed' ? 'passed' : `refused: ${first?.code ?? ''}`}</title>
<style>${{ markup: style }}</style>
</head>
<body><main>
<h1>${mark(report.verdict)}${report.verdict === 'passed' ? 'The policy is satisfied' : 'The policy is not satisfied'}</h1>
<p class="soft">policy <code>${report.policy.digest}</code>, judged at ${report.now}</p>
${first === undefined ? html`` : banner(first)}
${changes(options)}
${alsoFailing(causes.slice(1))}
<h2>Evidence</h2>
<div class="card graph">${graph(report)}</div>
<p class="legend"><span>✓ passed</span><span>✗ failed</span><span>… not evaluated</span><span>● an envelope that counts, × one that does not</span></p>
<h2>Policy</h2>
<section class="card">${fold(report.policy.checks, html`${mark(worst(report.policy.checks))}<h3>${report.policy.payloadType}</h3><span class="soft">signed by <code>${report.policy.signers.map(shortDigest).join(', ') || 'nobody trusted'}</code></span>`)}</section>
${report.externals.length === 0 ? html`` : html`<h2>External attestations</h2>`}
${report.externals.map((each, index) => part(`external-${index}`, each.external, each, causes))}
${report.steps.length === 0 ? html`` : html`<h2>Steps</h2>`}
${report.steps.map((each, index) => part(`step-${index}`, each.step, each, causes))}
<h2>Artifacts</h2>
${report.subjects.map(artifact)}
</main></body>
</html>
`
  return page.markup
}

/** Parts of a policy beyond which a picture shows nothing. */
const mostNodes = 200

function graph(report: Report): Markup {
  const count = report.steps.length + report.externals.length + report.subjects.length
  return count > mostNodes ? html`<p class="soft">${count} parts are too many for a picture; all of them are told below.</p>` : graphMarkup(evidenceGraph(report))
}

function banner({ code, sentence, check }: ExplainedCause): Markup {
  return html`<section class="card banner failed"><p><strong>${code}</strong></p><p>${sentence}</p>${values(check)}</section>`
}

function changes({ changes: proposed = [] }: RenderOptions): Markup {
  if (proposed.length === 0) return html``
  const label = changesLabel(proposed)
  return html`<section class="card"><strong>${label.slice(0, 1).toUpperCase() + label.slice(1)}</strong><ul class="change">${proposed.map(({ sentence }) => html`<li>${sentence}</li>`)}</ul></section>`
}

function alsoFailing(causes: readonly ExplainedCause[]): Markup {
  if (causes.length === 0) return html``
  return html`<section class="card"><strong>And besides</strong><ul class="change">${causes.map(({ code, sentence, own }) => html`<li><code>${code}</code> ${sentence}${own ? '' : ' (follows, or waits)'}</li>`)}</ul></section>`
}

function part(id: string, name: string, report: StepReport | ExternalReport, causes: readonly ExplainedCause[]): Markup {
  const cause = causes.find((each) => ('step' in report ? each.step === report.step : each.external === report.external))
  const about = 'step' in report ? html`` : html` <code class="soft">${report.predicateType}</code>`
  return html`<section class="card" id="${id}"><div>${mark(report.verdict)} <h3>${name}</h3>${about}</div>${cause === undefined ? html`` : html`<p>${cause.sentence}</p>`}${checkTable(report.checks)}${report.candidates.map((each) => candidate(each, each.digest === cause?.candidate))}</section>`
}

function candidate({ digest, verdict, references, signers, checks }: CandidateReport, isNearest: boolean): Markup {
  const head = html`${mark(verdict)}<code>${shortDigest(digest)}</code><span>${references.join(', ')}</span><span class="soft">signed by <code>${signersText(signers.map(shortDigest), checks)}</code></span>${isNearest ? html`<strong>nearest</strong>` : html``}`
  return html`<details${isNearest ? html` open` : html``}><summary>${head}</summary>${checkTable(checks)}</details>`
}

function artifact({ digests, boundBy, checks }: SubjectReport, index: number): Markup {
  return html`<section class="card" id="artifact-${index}"><div>${mark(worst(checks))} <code>${digests.join(' ')}</code></div>${boundBy.length === 0 ? html`` : html`<ul class="change">${boundBy.map((binding) => html`<li>${bindingText(binding)}</li>`)}</ul>`}${checkTable(checks)}</section>`
}

function fold(checks: readonly Check[], head: Markup): Markup {
  return html`<details${worst(checks) === 'passed' ? html`` : html` open`}><summary>${head}</summary>${checkTable(checks)}</details>`
}

function worst(checks: readonly Check[]): Check['state'] {
  if (checks.some(({ state }) => state === 'failed')) return 'failed'
  return checks.some(({ state }) => state !== 'passed') ? 'not-evaluated' : 'passed'
}
