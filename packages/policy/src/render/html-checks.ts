import type { Check } from '../report/report.ts'
import type { GraphState } from './evidence-graph.ts'
import { detailsOf } from './details.ts'
import { html } from './html-text.ts'
import type { Markup } from './html-text.ts'

/** A sign for each state, beside its colour. */
export const marks: Readonly<Record<GraphState, string>> = { passed: '✓', failed: '✗', 'not-evaluated': '…', skipped: '–' }

const words: Readonly<Record<GraphState, string>> = { passed: 'passed', failed: 'failed', 'not-evaluated': 'not evaluated', skipped: 'skipped' }

export function mark(state: GraphState): Markup {
  return html`<span class="mark ${state}" title="${words[state]}">${marks[state]}</span>`
}

/** A row for each check; those that failed with their values. */
export function checkTable(checks: readonly Check[]): Markup {
  return html`<table>${checks.map((check) => html`<tr class="${check.state}"><td>${mark(check.state)}</td><td><code>${check.code}</code></td><td>${check.message}${check.state === 'failed' ? values(check) : html``}</td></tr>`)}</table>`
}

export function values(check: Check): Markup {
  return html`<dl class="values">${detailsOf(check).map(({ label, text }) => html`<dt>${label}</dt><dd><code>${text}</code></dd>`)}</dl>`
}
