import { resolve } from 'node:path'
import { dialects, parseSubjects } from '@cilock/core'
import type { Artifacts, Dialect } from '@cilock/core'
import type { AttestorRow } from '../attestor-table.ts'
import { notSupported, usage } from '../error.ts'
import { reasons } from '../flags/common.ts'
import type { Flags } from '../flags/flag.ts'
import { hardeningOf } from '../flags/policy-hardening.ts'
import { requireNoPlatform } from '../flags/platform.ts'
import type { CliIo } from '../io.ts'
import type { Log } from '../log.ts'
import { selectAttestors } from './select-attestors.ts'

/** What a run will do, decided from the flags before anything happens. */
export interface RunPlan {
  readonly step: string
  readonly command: readonly string[]
  readonly workingDir: string
  readonly attestors: readonly AttestorRow[]
  readonly dialect: Dialect
  readonly hashes?: readonly string[]
  readonly subjects: Artifacts
  readonly outfile: string | undefined
  readonly json: boolean
}

export function planRun(flags: Flags, command: readonly string[], io: CliIo, log: Log): RunPlan {
  requireNoPlatform(flags)
  // it decides about policies alone, but a word that means nothing is wrong here too
  hardeningOf(flags, io.env)
  requireWalk(flags)
  const step = flags.string('step') ?? ''
  if (step === '') throw usage('--step is missing: a policy finds the evidence by the name of its step')
  const hashes = flags.list('hashes')
  const outfile = flags.string('outfile') ?? ''
  // The Go tool finds this out after the command has run.
  if (outfile === '' && flags.bool('attestor-sbom-export')) throw usage('--attestor-sbom-export needs --outfile: an exported statement is a file of its own')
  return {
    step,
    command,
    workingDir: resolve(io.workingDir, flags.string('workingdir') ?? ''),
    attestors: selectAttestors(flags, command.length > 0, log.warn),
    dialect: dialectOf(flags),
    // An empty list asks for the three digests that the Go library makes.
    ...(flags.given('hashes') ? { hashes: hashes.length === 0 ? ['sha256', 'gitoid:sha256', 'gitoid:sha1'] : hashes } : {}),
    subjects: parseSubjects(flags.list('subjects')),
    outfile: outfile === '' ? undefined : resolve(io.workingDir, outfile),
    json: wantsJson(flags),
  }
}

function dialectOf(flags: Flags): Dialect {
  const name = flags.string('dialect') ?? 'cilock'
  const dialect = dialects.find((each) => each === name)
  if (dialect === undefined) throw usage(`--dialect: expected ${dialects.join(' or ')}, found ${JSON.stringify(name)}`)
  return dialect
}

function wantsJson(flags: Flags): boolean {
  const format = flags.string('output-format')
  if (format === undefined) return flags.bool('json')
  if (format !== 'text' && format !== 'json') throw usage(`--output-format: expected text or json, found ${JSON.stringify(format)}`)
  return format === 'json'
}

/** Files are found by walking the directory; whoever asks for more must not believe to have got it. */
function requireWalk(flags: Flags): void {
  const mode = flags.string('capture-mode') ?? 'auto'
  if (!['', 'auto', 'walk'].includes(mode)) throw notSupported(`--capture-mode ${mode}`, reasons.trace)
  // What standard asks for is done only where a command is traced.
  const hardening = flags.string('hardening') ?? 'standard'
  if (!['off', 'standard', 'strict'].includes(hardening)) throw usage(`--hardening: expected off, standard or strict, found ${JSON.stringify(hardening)}`)
  if (hardening === 'strict') throw notSupported('--hardening strict', reasons.trace)
  const workload = flags.string('workload') ?? 'manual'
  if (workload !== 'manual') throw notSupported(`--workload ${workload}`, 'attestors are not guessed from the command; name them with --attestations')
  if (!flags.boolOr('attestor-product-require-exists-at-exit', true)) {
    throw notSupported('--attestor-product-require-exists-at-exit=false', reasons.trace)
  }
}
