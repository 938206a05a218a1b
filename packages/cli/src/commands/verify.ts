import { resolve } from 'node:path'
import { archivistaSource } from '@cilock/archivista-client'
import type { ArchivistaClient } from '@cilock/archivista-client'
import { CilockError, parseEnvelope } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { evaluate } from '@cilock/policy'
import type { Report, VerifyOptions } from '@cilock/policy'
import { proposeChange } from '@cilock/policy/explain'
import type { Change } from '@cilock/policy/explain'
import { renderText } from '@cilock/policy/render'
import { knownTypes } from '@cilock/sdk'
import { archivistaOf } from '../archivista/client.ts'
import { describe } from '../cli.ts'
import { usage } from '../error.ts'
import { hardeningOf, rulesOf } from '../flags/policy-hardening.ts'
import type { Flags } from '../flags/flag.ts'
import { requireNoPlatform } from '../flags/platform.ts'
import { verifyFlags } from '../flags/verify-flags.ts'
import type { CliIo } from '../io.ts'
import { createLog } from '../log.ts'
import { paintFor } from '../output/colour.ts'
import { readNamedFile } from '../read-file.ts'
import { candidateSubjects } from '../verify/candidate-subjects.ts'
import { readEvidence } from '../verify/evidence.ts'
import { planReports, writeReports } from '../verify/reports.ts'
import { policyVerifiers } from '../verify/policy-verifiers.ts'
import { subjectsOf } from '../verify/subjects.ts'
import { failureJson, verdictJson } from '../verify/verdict-json.ts'
import { planSummary, writeSummary } from '../verify/summary.ts'
import type { Command } from './command.ts'

/** Decides whether an artifact is let through. The verdict is the exit code; stderr has the reason, or stdout one object. */
export const verifyCommand: Command = {
  flags: verifyFlags,
  async run(flags, positionals, io) {
    const format = flags.string('format') ?? 'text'
    if (format !== 'text' && format !== 'json') throw usage(`--format: expected text or json, found ${JSON.stringify(format)}`)
    const { report, changes } = await judge(flags, positionals, io)
    if (format === 'json') io.stdout.write(verdictJson(report))
    else io.stderr.write(renderText(report, { paint: paintFor(io.stderr), changes }))
    return report.verdict === 'passed' ? 0 : 1
  },
  failed(error, args, io) {
    if (asksForJson(args)) io.stdout.write(failureJson(error))
    else io.stderr.write(`error: ${describe(error)}\n`)
    return 1
  },
}

async function judge(flags: Flags, positionals: readonly string[], io: CliIo): Promise<Judged> {
  const log = createLog(io.stderr, flags.string('log-level'))
  requireNoPlatform(flags)
  const rules = rulesOf(flags, io.env)
  if (hardeningOf(flags, io.env) === 'warn') log.warn('--policy-hardening warn: four rules that make a policy safe are off')
  const at = (path: string): string => resolve(io.workingDir, path)
  const verifiers = await policyVerifiers(flags, io)
  const paths = flags.list('attestations')
  const archivista = archivistaOf(flags, io)
  if (paths.length === 0 && archivista === undefined) throw usage('--attestations (-a) or --enable-archivista is missing: there is no evidence to look at')
  const policyPath = flags.string('policy') ?? ''
  if (policyPath === '') throw usage('--policy (-p) is missing')
  const subjects = await subjectsOf(flags, positionals, io.workingDir)
  const summary = await planSummary(flags, io)
  const reports = await planReports(flags, io)
  const { source, results } = await readEvidence(paths, io.workingDir)
  if (subjects.length === 0) throw usage(`no artifact: name a file or directory, or a digest with --subjects${candidateSubjects(results)}`)
  const options: VerifyOptions = {
    policy: await policyAt(policyPath, at(policyPath), archivista, io),
    policyVerifiers: verifiers,
    subjects,
    source: archivista === undefined ? source : both(source, archivistaSource({ client: archivista })),
    types: knownTypes,
    now: io.clock(),
    signal: io.signal,
    rules,
  }
  const report = await evaluate(options)
  if (summary !== undefined) await writeSummary(summary, report, log)
  const changes = await proposeChange(options, { report })
  await writeReports(reports, report, changes)
  return { report, changes }
}

interface Judged {
  readonly report: Report
  /** What would make a refusal a pass. */
  readonly changes: readonly Change[]
}

/** A file, or where there is none, what the store has by that gitoid. */
async function policyAt(name: string, path: string, archivista: ArchivistaClient | undefined, io: CliIo): Promise<Envelope> {
  try {
    return parseEnvelope(await readNamedFile('policy', path))
  } catch (error) {
    if (archivista === undefined || !CilockError.is(error) || error.code !== 'ERR_FILE' || !/^(?:gitoid:blob:sha256:)?[0-9a-f]{64}$/i.test(name)) throw error
    return (await archivista.download(name, { signal: io.signal })).envelope
  }
}

/** What either finds. One that fails fails the search: it might have had what decides. */
function both(first: Source, second: Source): Source {
  return { search: async (query, options) => (await Promise.all([first.search(query, options), second.search(query, options)])).flat() }
}

/** Also where the command line could not be read to its end. */
function asksForJson(args: readonly string[]): boolean {
  return args.some((arg, index) => /^(?:--format=json|-o=?json)$/.test(arg) || (arg === 'json' && ['--format', '-o'].includes(args[index - 1] ?? '')))
}
