import type { AttestResult } from '@cilock/core'
import { escapeLine, hashBytes, withoutLogCommands } from '@cilock/core'
import { jsonText } from '../output/json-text.ts'
import type { RunPlan } from './plan.ts'

/** Where the collection was stored, if it was. */
export interface StoredCollection {
  readonly url: string
  readonly gitoid: string
}

const words = { attested: 'ran', nothing: 'skipped', failed: 'failed' } as const

/** The object that `run --json` prints, with the keys that the Go tool uses. */
export function summaryJson(plan: RunPlan, result: AttestResult, envelope: Uint8Array, stored?: StoredCollection): string {
  const exitCode = exitCodeOf(result)
  const summary = {
    step: plan.step,
    working_dir: plan.workingDir,
    signer: 'file',
    ...(stored === undefined ? {} : { archivista_url: stored.url }),
    uploaded: stored !== undefined,
    gitoid: gitoidOf(envelope),
    ...(plan.outfile === undefined ? {} : { outfile: plan.outfile }),
    subjects: Object.entries(result.subjects).map(([name, digests]) => ({ name, digests })),
    attestors: result.outcomes
      .filter(({ attestor }) => attestor !== 'command-run')
      .map(({ attestor, outcome, error }) => ({
        name: attestor,
        status: words[outcome],
        ...(error === undefined ? {} : { detail: `${error.code}: ${error.message}` }),
      })),
    ...(plan.command.length === 0 ? {} : { wrapped_command: { args: plan.command, ...(exitCode === undefined ? {} : { exit_code: exitCode }) } }),
  }
  return jsonText(summary, 2)
}

/** Under which a store keeps the envelope: the hex of its gitoid. */
function gitoidOf(envelope: Uint8Array): string {
  return hashBytes(envelope, ['gitoid:sha256'])['gitoid:sha256']?.replace(/^gitoid:blob:sha256:/, '') ?? ''
}

/** The same for people. */
export function summaryText(plan: RunPlan, result: AttestResult, stored?: StoredCollection): string {
  const lines = [
    `step:     ${plan.step}`,
    ...result.outcomes.map(({ attestor, outcome, error }) => `attestor: ${attestor}: ${words[outcome]}${error === undefined ? '' : ` (${error.code}: ${error.message})`}`),
    `subjects: ${Object.keys(result.subjects).length}`,
    ...(plan.outfile === undefined ? [] : [`written:  ${plan.outfile}`]),
    ...(stored === undefined ? [] : [`stored:   ${stored.gitoid}`]),
  ]
  return withoutLogCommands(`${lines.map(escapeLine).join('\n')}\n`)
}

/** The wrapped command's own exit code, as its attestation has it (absent there means 0). */
export function exitCodeOf(result: AttestResult): number | undefined {
  const entry = result.collection.attestations.find(({ type }) => type.endsWith('/command-run/v0.2'))
  const predicate = entry?.attestation
  if (typeof predicate !== 'object' || predicate === null || !('_meta' in predicate)) return undefined
  return 'exitcode' in predicate && typeof predicate['exitcode'] === 'number' ? predicate['exitcode'] : 0
}
