import { escapeLine, withoutLogCommands } from '@cilock/core'
import type { GatedImage, GateReport } from '@cilock/image'
import { renderHtml, renderMarkdown, renderText } from '@cilock/policy/render'
import type { Paint } from '@cilock/policy/render'
import { codeOf } from '../error.ts'
import type { ReportFormat } from '../verify/reports.ts'

/** The gate's report in each form that a file may have. */
export function gateIn(format: ReportFormat, report: GateReport): string {
  const renderers = { '.json': gateJson, '.md': gateMarkdown, '.html': gateHtml, '.txt': gateText } as const satisfies Readonly<Record<ReportFormat, unknown>>
  return renderers[format](report)
}

/** For people. */
export function gateText(report: GateReport, paint?: Paint): string {
  const trees = report.images.map((each) => renderText(each.report, { ...(paint !== undefined && { paint }) }))
  return `${withoutLogCommands(linesOf(report).join('\n'))}\n${trees.join('')}`
}

/** The one object of `--format json`. */
export function gateJson({ verdict, failures, authenticity, causes, ...report }: GateReport): string {
  const [cause] = causes
  const value = {
    passed: verdict === 'passed',
    ...(cause !== undefined && { code: cause.code, message: cause.message }),
    causes,
    ...report,
    authenticity: { verdict: authenticity.verdict },
    failures: failures.map(({ store, error }) => ({ store, code: codeOf(error), message: error instanceof Error ? error.message : String(error) })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

/** For a comment. What the image and its evidence say stands in blocks of code, where no markup counts. */
function gateMarkdown(report: GateReport): string {
  const lines = linesOf(report).map((line) => `    ${line}\n`).join('')
  return [`${lines}\n`, ...report.images.map((each) => `### Image\n\n    ${nameOf(each)}\n\n${renderMarkdown(each.report)}`)].join('')
}

/** One file, which shows the page of each image. */
function gateHtml(report: GateReport): string {
  const pages = report.images.map((each) => `<h2>${escaped(nameOf(each))}</h2>\n<iframe sandbox title="${escaped(nameOf(each))}" srcdoc="${escaped(renderHtml(each.report))}"></iframe>\n`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(`${report.verdict}: ${report.image}`)}</title>
<style>body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem } iframe { width: 100%; height: 85vh; border: 1px solid #ccc }</style>
</head>
<body>
<h1>${escaped(report.verdict === 'passed' ? 'Passed' : 'Refused')}</h1>
<pre>${escaped(linesOf(report).join('\n'))}</pre>
${pages.join('')}</body>
</html>
`
}

/** What the gate says beside the policy. */
function linesOf(report: GateReport): readonly string[] {
  const lines = [`image: ${report.image}`, `digest: ${report.digest}`]
  for (const { code, message } of report.causes) lines.push(`refused: ${code} ${message}`)
  for (const { link } of report.images) {
    if (report.verdict === 'passed' && link !== undefined) lines.push(`passed: ${[link.signed, ...link.chain.map(({ pointer, to }) => `${pointer} ${to}`)].join(' ')} is ${link.binding.name} of ${link.binding.step ?? link.binding.external ?? ''}`)
  }
  return lines.map(escapeLine)
}

function nameOf({ platform, manifest }: GatedImage): string {
  return escapeLine(platform === undefined ? manifest : `${platform.os}/${platform.architecture} ${manifest}`)
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0) ?? 0};`)
}
