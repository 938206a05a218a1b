import { escapeLine } from '@cilock/core'
import { explain } from '../explain/explain.ts'
import type { ExplainedCause } from '../explain/explain.ts'
import { shortDigest } from '../explain/wording.ts'
import type { Report } from '../report/report.ts'
import { changesLabel, expectRendered } from './changes.ts'
import type { RenderOptions } from './changes.ts'
import { bindingText, detailsOf, signersText } from './details.ts'
import { clipped } from './plain-text.ts'

/**
 * A report for a comment on a pull request or the summary of a job: the verdict, the first cause, a row for each step. Text
 * from policies and evidence is escaped: it makes no links, images, mentions, headings or HTML. All of it fits in a comment, whatever
 * anybody calls his files: the longer the texts are, the less of each is shown.
 *
 * @example
 * ```ts
 * await appendFile(process.env.GITHUB_STEP_SUMMARY, renderMarkdown(report))
 * ```
 */
export function renderMarkdown(report: Report, options: RenderOptions = {}): string {
  expectRendered(report, options, 'renderMarkdown')
  const { changes = [] } = options
  const explained = explain(report)
  for (let most = longest; ; most = Math.floor(most / 2)) {
    const text = pageOf(report, explained, changes, writer(most))
    if (text.length <= room || most < 16) return text
  }
}

/** As many characters as a comment on GitHub has room for (65,536), less what somebody may put before it. */
const room = 60_000
/** Of a text that is shown. */
const longest = 1000

function pageOf(report: Report, { first, causes }: ReturnType<typeof explain>, changes: NonNullable<RenderOptions['changes']>, write: Writer): string {
  const { escape } = write
  const blocks = [
    report.verdict === 'passed' ? '### ✅ The policy is satisfied' : '### ❌ The policy is not satisfied',
    ...(first === undefined ? bindings(report, write) : [`**${escape(first.code)}** ${escape(first.sentence)}`, list(detailRows(first, write))]),
    ...(changes.length === 0 ? [] : [`**${capital(changesLabel(changes))}:**`, list(changes.map(({ sentence }) => escape(sentence)))]),
    table(report, causes, write),
    `<sub>policy ${escape(shortDigest(report.policy.digest))}, judged at ${escape(report.now)}</sub>`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

/** Rows of the table, and items of a list. */
const mostRows = 50

function bindings({ subjects }: Report, { escape, code }: Writer): readonly string[] {
  return [list(subjects.flatMap(({ digests, boundBy }) => boundBy.map((binding) => `${code(digests.join(' '))} is ${escape(bindingText(binding))}`)))]
}

function detailRows({ check, nearest, candidate, candidates }: ExplainedCause, { code }: Writer): readonly string[] {
  const rows = detailsOf(check).map(({ label, text }) => `${label}: ${code(text)}`)
  if (nearest === undefined || candidate === undefined) return rows
  return [...rows, `${candidates === 1 ? 'the one envelope' : `the nearest of ${candidates} envelopes`}: ${code(nearest.references.join(', '))}, signed by ${code(signersText(nearest.signers, nearest.checks))}`]
}

function table(report: Report, causes: readonly ExplainedCause[], { escape }: Writer): string {
  const rows = [
    ...report.externals.map(({ external, verdict, candidates }) => ({ name: `external attestation ${external}`, verdict, count: candidates.length, cause: causes.find((each) => each.external === external) })),
    ...report.steps.map(({ step, verdict, candidates }) => ({ name: `step ${step}`, verdict, count: candidates.length, cause: causes.find((each) => each.step === step) })),
  ]
  if (rows.length === 0) return ''
  const shown = rows.length <= mostRows ? rows : rows.toSorted((a, b) => Number(a.verdict === 'passed') - Number(b.verdict === 'passed')).slice(0, mostRows)
  const more = rows.length > shown.length ? [`| | and ${rows.length - shown.length} more | | the JSON has all |`] : []
  const lines = shown.map(({ name, verdict, count, cause }) => `| ${marks[verdict]} | ${escape(name)} | ${count} | ${cause === undefined ? verdict : `${escape(cause.code)} ${escape(cause.message)}`} |`)
  return ['| | part of the policy | envelopes | |', '| --- | --- | --- | --- |', ...lines, ...more].join('\n')
}

const marks = { passed: '✅', failed: '❌', skipped: '➖', 'not-evaluated': '⏸️' } as const

function list(items: readonly string[]): string {
  const shown = items.length <= mostRows ? items : [...items.slice(0, mostRows), `and ${items.length - mostRows} more; the JSON has all`]
  return shown.map((item) => `- ${item}`).join('\n')
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/** Makes Markdown of text from elsewhere. */
interface Writer {
  readonly escape: (text: string) => string
  /** The same in the face of code. */
  readonly code: (text: string) => string
}

/**
 * Text on one line in which nothing means anything, not longer than `most`: entities for what Markdown and HTML read, and for the
 * dots and colons of what would link or number a list by itself. GitHub looks for people, issues (`#1`, `GH-1`) and emoji after that, so an
 * empty comment parts their names.
 */
function writer(most: number): Writer {
  const escape = (text: string): string =>
    clipped(escapeLine(text), most).replaceAll(/[&<>"'`*_~[\](){}#|!\\@$+=:-]|\.(?=\S)|(?<=^\s*\d+)\.|^\s/g, (character) => `&#${character.codePointAt(0) ?? 0};${'@#:-'.includes(character) ? '<!-- -->' : ''}`)
  return { escape, code: (text) => `<code>${escape(text)}</code>` }
}
