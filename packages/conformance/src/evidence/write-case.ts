import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, parseEnvelope } from '@cilock/core'
import { failed, passed, skipped } from '../case.ts'
import type { Case, Outcome } from '../case.ts'
import { isAboutSigning } from './command-line.ts'
import { compareEvidence, compareSignatures } from './compare.ts'
import type { RecordedOutput, Recording } from './recording.ts'
import { runAgain } from './run-again.ts'
import { stage } from './stage.ts'
import type { Stage } from './stage.ts'

const tools = new Set(['cilock', 'witness'])
const commands = new Set(['run', 'attest', 'sign'])

/** Root may read everything, so what Go could not read it can. */
const needsOrdinaryUser = new Set(['run-symlink-unreadable', 'run-unreadable-directory', 'run-unreadable-product'])

/**
 * Our command line on the recorded inputs says what the Go tool said: predicates, subjects and back-references, and by
 * whom it was signed where the recording is about that. Where Go failed, ours fails.
 */
export function writeCase(recording: Recording, keys: string): Case | undefined {
  const { tool, argv, kind, id, repeat = 1 } = recording
  if (!tools.has(tool) || !commands.has(argv[1] ?? '') || argv.includes('--help')) return undefined
  return {
    id: `${id}:write`,
    kind,
    async run(): Promise<Outcome> {
      if (needsOrdinaryUser.has(id) && process.getuid?.() === 0) return skipped('a user that is not root')
      for (let turn = 1; turn <= repeat; turn++) {
        const place = stage(recording, keys)
        try {
          const outcome = await runOnce(recording, turn, place, keys)
          if (outcome.outcome !== 'passed') return outcome
        } finally {
          place.remove()
        }
      }
      return passed
    },
  }
}

async function runOnce(recording: Recording, turn: number, place: Stage, keys: string): Promise<Outcome> {
  const { code, stdout, stderr } = await runAgain(recording, place)
  const refused = /ERR_NOT_SUPPORTED .*/.exec(stderr)
  // To fail is not to fail for Go's reason.
  if (refused !== null) return failed(refused[0])
  if ((code === 0) !== (recording.exitCode === 0)) return failed(`exit code ${code}, Go ended with ${recording.exitCode}: ${stderr}`)
  for (const { file, was } of outputsOf(recording, turn)) {
    const path = place.here(was)
    const recorded = readFileSync(join(recording.folder, file))
    if (!existsSync(path)) return failed(`nothing was written to ${was}: ${stderr}`)
    const found = await compare(readFileSync(path), recorded, place, keys, recording)
    if (found !== undefined) return failed(`${file}: ${found}`)
  }
  return comparePrinted(stdout, recording, place, keys)
}

/** The envelopes that this turn of a run left, under the names that every turn writes. */
function outputsOf({ outputs, repeat }: Recording, turn: number): readonly RecordedOutput[] {
  if (repeat === undefined) return outputs.filter(isOfRun)
  const suffix = turn === 1 ? '.json' : `.${turn}.json`
  return outputs.flatMap((output) => {
    const { was } = output
    const stem = was.replace(/(?:\.\d+)?\.json$/, '')
    return was === stem + suffix ? [{ ...output, was: `${stem}.json` }] : []
  })
}

/** What a run left besides envelopes is not compared: what Go detects, and empty files of runs that failed. */
function isOfRun({ was, file }: RecordedOutput): boolean {
  return was.endsWith('.json') && !was.endsWith('.detection.json') && !file.endsWith('.detection.json')
}

async function compare(ours: Uint8Array, theirs: Uint8Array, place: Stage, keys: string, recording: Recording): Promise<string | undefined> {
  if (!isEnvelope(theirs)) return Buffer.compare(ours, theirs) === 0 ? undefined : 'the file differs'
  return compareEvidence(ours, theirs, place, recording) ?? (isAboutSigning(recording) ? compareSignatures(ours, theirs, keys, recording) : undefined)
}

function isEnvelope(bytes: Uint8Array): boolean {
  try {
    parseEnvelope(bytes)
    return true
  } catch (error) {
    if (CilockError.is(error)) return false
    throw error
  }
}

/** A run without an outfile prints its envelope, behind what the command printed. */
async function comparePrinted(ours: string, recording: Recording, place: Stage, keys: string): Promise<Outcome> {
  const theirs = envelopeIn(recording.stdout ?? '')
  if (theirs === undefined) return passed
  const mine = envelopeIn(ours)
  if (mine === undefined) return failed('no envelope was printed')
  const found = await compare(mine, theirs, place, keys, recording)
  return found === undefined ? passed : failed(`stdout: ${found}`)
}

function envelopeIn(text: string): Uint8Array | undefined {
  const start = text.indexOf('{"payload":"')
  return start === -1 ? undefined : Buffer.from(text.slice(start))
}
