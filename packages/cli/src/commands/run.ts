import { attest, AttestError, encodeEnvelope } from '@cilock/core'
import type { AttestOptions, AttestResult, CilockError } from '@cilock/core'
import { archivistaOf } from '../archivista/client.ts'
import { uploadResults } from '../archivista/upload.ts'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import { inputsOf } from '../flags/inputs.ts'
import { runFlags } from '../flags/run-flags.ts'
import type { CliIo } from '../io.ts'
import { createLog } from '../log.ts'
import { createProgress } from '../output/progress.ts'
import { planRun } from '../run/plan.ts'
import type { RunPlan } from '../run/plan.ts'
import { summaryJson, summaryText } from '../run/summary.ts'
import { writeResults } from '../run/write-results.ts'
import { signerOf } from '../signer.ts'
import { timestampersOf } from '../timestampers.ts'
import { requireApart, requireWritable } from '../write-file.ts'
import type { Command } from './command.ts'

/** Wraps a command: what it found, did and made is attested, signed and written. */
export const run: Command = { flags: runFlags, run: (flags, command, io) => runStep(flags, command, io) }

/** The same without a command of the user's; the Go tool wraps `true`, and its evidence says so. */
export const attestCommand: Command = {
  flags: runFlags,
  async run(flags, words, io) {
    if (words.length > 0) throw usage(`attest takes no command, found ${JSON.stringify(words[0])}; use \`cilock run\``)
    return runStep(flags, ['true'], io)
  },
}

async function runStep(flags: Flags, command: readonly string[], io: CliIo): Promise<number> {
  const log = createLog(io.stderr, flags.string('log-level'))
  const plan = planRun(flags, command, io, log)
  const archivista = archivistaOf(flags, io)
  if (flags.bool('validate-only')) {
    for (const { name, runType } of plan.attestors) io.stderr.write(`would run: ${name} (${runType})\n`)
    return 0
  }
  const timestampers = timestampersOf(flags, 'timestamp-servers', io)
  const signer = await signerOf(flags, io)
  if (signer === undefined) throw usage('no signer: --signer-file-key-path (-k) names a private key')
  if (plan.outfile !== undefined) {
    await requireApart(plan.outfile, inputsOf(flags, ['signer-file-key-path'], io.workingDir))
    await requireWritable(plan.outfile)
  }
  const { result, failure } = await collect(plan, flags, { signers: [signer], timestampers }, io)
  const envelope = encodeEnvelope(result.envelope)
  await writeResults(plan, result, envelope, io)
  for (const { attestor, outcome, error } of result.outcomes) {
    if (outcome === 'nothing') log.warn(`${attestor} found nothing to attest: ${error?.message ?? ''}`)
  }
  // what failed is written and not stored: nobody should find it
  const stored = archivista === undefined || failure !== undefined ? undefined : { url: archivista.url, gitoid: await uploadResults(archivista, result, envelope, io) }
  if (plan.json) io.stdout.write(summaryJson(plan, result, envelope, stored))
  else io.stderr.write(summaryText(plan, result, stored))
  if (failure !== undefined) throw failure
  return 0
}

/** Evidence of the attestors that succeeded is kept and written also when others failed; the failure decides the exit code. */
async function collect(plan: RunPlan, flags: Flags, signing: Pick<AttestOptions, 'signers' | 'timestampers'>, io: CliIo): Promise<{ result: AttestResult; failure?: CilockError }> {
  // The object of --json has stdout for itself.
  const passOn = plan.json ? io.stderr : io.stdout
  const tee = { stdout: (chunk: Uint8Array) => passOn.write(chunk), stderr: (chunk: Uint8Array) => io.stderr.write(chunk) }
  const attestors = await Promise.all(plan.attestors.map(({ load }) => load(flags, plan.command, tee)))
  const progress = createProgress(io.stderr)
  try {
    const result = await attest({
      workingDir: plan.workingDir,
      env: io.env,
      clock: io.clock,
      host: io.host,
      ...(io.fetch === undefined ? {} : { fetch: io.fetch }),
      signal: io.signal,
      step: plan.step,
      attestors,
      ...signing,
      subjects: plan.subjects,
      dialect: plan.dialect,
      ...(plan.hashes === undefined ? {} : { hashes: plan.hashes }),
      onEvent: progress.event,
    })
    return { result }
  } catch (error) {
    if (error instanceof AttestError) return { result: error.result, failure: error }
    throw error
  } finally {
    progress.end()
  }
}
