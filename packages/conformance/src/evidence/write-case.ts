import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli } from '@cilock/cli'
import { CilockError, isJsonObject, parseEnvelope, parseStatement, parseTime } from '@cilock/core'
import type { JsonValue, Statement } from '@cilock/core'
import { failed, passed } from '../case.ts'
import type { Case, Outcome } from '../case.ts'
import { ourCommandLine } from './command-line.ts'
import { difference } from './difference.ts'
import { normalise } from './normalise.ts'
import { envelopesOf } from './recording.ts'
import type { Recording } from './recording.ts'
import { replay } from './replay.ts'
import { stage } from './stage.ts'
import type { Stage } from './stage.ts'

const commands = new Set(['run', 'attest', 'sign'])

/** Our command line on the recorded inputs says what the Go tool said: predicates, subjects and back-references. */
export function writeCase(recording: Recording, keys: string): Case | undefined {
  const { tool, argv, kind, id } = recording
  if (tool !== 'cilock' || !commands.has(argv[1] ?? '') || envelopesOf(recording).length === 0) return undefined
  return {
    id: `${id}:write`,
    kind,
    async run(): Promise<Outcome> {
      const place = stage(recording, keys)
      try {
        return await runAgain(recording, place)
      } finally {
        place.remove()
      }
    },
  }
}

async function runAgain(recording: Recording, place: Stage): Promise<Outcome> {
  const said: string[] = []
  const quiet = { write: (chunk: string | Uint8Array) => void said.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)), isTTY: false }
  const code = await runCli(ourCommandLine(recording.argv, '/src/keys/ec-p256.pem').map(place.here), {
    workingDir: place.here(recording.cwd),
    env: Object.fromEntries(Object.entries(recording.env).map(([name, value]) => [name, place.here(value)])),
    clock: clockOf(recording),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    fetch: replay(recording),
    stdout: { write: () => {}, isTTY: false },
    stderr: quiet,
    signal: new AbortController().signal,
  })
  const stderr = said.join('').trim()
  if ((code === 0) !== (recording.exitCode === 0)) return failed(`exit code ${code}, Go ended with ${recording.exitCode}: ${stderr}`)
  for (const { file, was } of envelopesOf(recording)) {
    const path = place.here(was)
    if (!existsSync(path)) return failed(`nothing was written to ${was}: ${stderr}`)
    const found = compare(readFileSync(path), readFileSync(join(recording.folder, file)), place)
    if (found !== undefined) return failed(`${file}: ${found}`)
  }
  return passed
}

/** The clock of the recording: the time at which its first attestation began. */
function clockOf(recording: Recording): () => Date {
  const [first] = envelopesOf(recording)
  const fallback = new Date('2026-07-10T00:00:00Z')
  if (first === undefined) return () => fallback
  const text = new TextDecoder().decode(parseEnvelope(readFileSync(join(recording.folder, first.file))).payload)
  const time = parseTime(/"starttime":"([^"]*)"/.exec(text)?.[1] ?? '') ?? fallback
  return () => time
}

function compare(ours: Uint8Array, theirs: Uint8Array, place: Stage): string | undefined {
  const [left, right] = [parseEnvelope(ours), parseEnvelope(theirs)]
  if (left.payloadType !== right.payloadType) return `payload type ${left.payloadType}, Go has ${right.payloadType}`
  const [mine, go] = [statementIn(new TextEncoder().encode(place.recorded(new TextDecoder().decode(left.payload)))), statementIn(right.payload)]
  if (mine === undefined || go === undefined) return Buffer.compare(left.payload, right.payload) === 0 ? undefined : 'the payload differs'
  if (mine.predicateType !== go.predicateType) return `predicate type ${mine.predicateType}, Go has ${go.predicateType}`
  return difference(subjectsOf(mine), subjectsOf(go), '/subject') ?? difference(normalise(mine.predicate), normalise(go.predicate), '/predicate')
}

function statementIn(payload: Uint8Array): Statement | undefined {
  try {
    return parseStatement(payload)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

function subjectsOf({ subject }: Statement): JsonValue {
  return subject.map(({ name, digest }) => ({ name, digest: isJsonObject(digest) ? { ...digest } : digest }))
}
