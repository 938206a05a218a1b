import { resolve } from 'node:path'
import { withoutLogCommands } from '@cilock/core'
import { evaluate } from '@cilock/policy'
import { proposeChange } from '@cilock/policy/explain'
import { readReport, renderHtml, renderJson, renderMarkdown, renderText } from '@cilock/policy/render'
import type { SavedReport } from '@cilock/policy/render'
import { usage } from '../error.ts'
import { explainFlags } from '../flags/explain-flags.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { paintFor } from '../output/colour.ts'
import { readNamedFile } from '../read-file.ts'
import { verifyOptions } from '../verify/options.ts'
import type { Command } from './command.ts'

/**
 * Says why a policy let an artifact through or did not: of a verification that is made now, or of one that was saved. The
 * exit code is the verdict's, so that nothing passes for having been explained.
 */
export const explainCommand: Command = {
  flags: explainFlags,
  help: {
    usage: 'cilock policy explain -p POLICY -k PUBLIC-KEY -a FILE,… [ARTIFACT | -s sha256:HEX] | cilock policy explain --from-report FILE',
    summary: 'say why an artifact was not let through, and the smallest change that would let it',
  },
  async run(flags, positionals, io) {
    const format = flags.string('format') ?? 'text'
    if (!isFormat(format)) throw usage(`--format: expected ${Object.keys(renderers).join(', ')}, found ${JSON.stringify(format)}`)
    const explained = (await savedReport(flags, positionals, io)) ?? (await judgedReport(flags, positionals, io))
    io.stdout.write(renderers[format](explained, io))
    return explained.report.verdict === 'passed' ? 0 : 1
  },
}

const renderers = {
  text: ({ report, changes }: SavedReport, io: CliIo) => renderText(report, { changes, paint: paintFor(io.stdout) }),
  markdown: ({ report, changes }: SavedReport) => renderMarkdown(report, { changes }),
  html: ({ report, changes }: SavedReport) => renderHtml(report, { changes }),
  json: ({ report, changes }: SavedReport) => withoutLogCommands(renderJson(report, { changes }), 'json'),
}

function isFormat(format: string): format is keyof typeof renderers {
  return Object.hasOwn(renderers, format)
}

async function savedReport(flags: Flags, positionals: readonly string[], io: CliIo): Promise<SavedReport | undefined> {
  const path = flags.string('from-report')
  if (path === undefined) return undefined
  const other = flags.names().find((name) => !['from-report', 'format', 'log-level'].includes(name))
  if (other !== undefined || positionals.length > 0) throw usage(`--from-report is all that is looked at: it takes no ${other === undefined ? 'artifact' : `--${other}`} beside it`)
  return readReport(await readNamedFile('report', resolve(io.workingDir, path)))
}

async function judgedReport(flags: Flags, positionals: readonly string[], io: CliIo): Promise<SavedReport> {
  const options = await verifyOptions(flags, positionals, io)
  const report = await evaluate(options)
  return { report, changes: await proposeChange(options, { report }) }
}
