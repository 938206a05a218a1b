import { escapeLine, withoutLogCommands } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import type { LintFinding } from '@cilock/policy/lint'
import { knownTypes } from '@cilock/sdk'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { paintFor } from '../output/colour.ts'
import type { Paint } from '../output/colour.ts'
import { jsonText } from '../output/json-text.ts'
import { policyPaths, publicKeys, readPolicy } from './read-policy.ts'

/** Exit code 1 where there is an error, with `--strict` a warning too. */
export async function lintCommand(flags: Flags, positionals: readonly string[], io: CliIo): Promise<number> {
  const format = flags.string('format') ?? 'text'
  if (format !== 'text' && format !== 'json') throw usage(`--format: expected text or json, found ${JSON.stringify(format)}`)
  const verifiers = await publicKeys(flags, io)
  const paint = paintFor(io.stdout)
  let hasFailed = false
  for (const path of policyPaths(flags, positionals)) {
    const findings = await lintPolicy(await readPolicy(path, io), { types: knownTypes, now: io.clock(), ...(verifiers.length > 0 && { verifiers }) })
    if (format === 'json') io.stdout.write(jsonText({ policy: path, findings }, 2))
    else io.stdout.write(withoutLogCommands(textOf(path, findings, paint)))
    hasFailed ||= findings.some(({ severity }) => severity === 'error' || (severity === 'warning' && flags.bool('strict')))
  }
  return hasFailed ? 1 : 0
}

function textOf(path: string, findings: readonly LintFinding[], paint: Paint): string {
  if (findings.length === 0) return `${escapeLine(path)}: nothing found\n`
  const lines = findings.flatMap((finding) => {
    const { severity, code, message, fix } = finding
    const label = severity === 'note' ? paint.dim(severity) : severity === 'error' ? paint.bad(severity) : severity
    return [`${escapeLine(`${path}${placeOf(finding)}`)}: ${label} ${code}: ${escapeLine(message)}`, `  ${paint.dim(escapeLine(fix.description))}`]
  })
  return `${lines.join('\n')}\n${escapeLine(path)}: ${countOf(findings)}\n`
}

function placeOf({ place: { document, pointer, position } }: LintFinding): string {
  const at = position === undefined ? '' : `:${position.row}:${position.column}`
  return document === 'envelope' ? ` (envelope${pointer})` : `#${pointer}${at}`
}

function countOf(findings: readonly LintFinding[]): string {
  return (['error', 'warning', 'note'] as const)
    .map((severity) => [findings.filter((each) => each.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ')
}
