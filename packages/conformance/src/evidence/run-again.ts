import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli } from '@cilock/cli'
import { parseEnvelope, parseTime } from '@cilock/core'
import { ourCommandLine } from './command-line.ts'
import { envelopesOf } from './recording.ts'
import type { Recording } from './recording.ts'
import { replay } from './replay.ts'
import type { Stage } from './stage.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Our command line on the recorded inputs, in the recorded environment, at the recorded time. */
export async function runAgain(recording: Recording, place: Stage): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()]
  const code = await runCli(ourCommandLine(recording).map(place.here), {
    workingDir: place.here(recording.cwd),
    env: Object.fromEntries(Object.entries(recording.env).map(([name, value]) => [name, place.here(value)])),
    clock: clockOf(recording),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    fetch: replay(recording),
    stdout,
    stderr,
    signal: new AbortController().signal,
  })
  return { code, stdout: stdout.text(), stderr: stderr.text().trim() }
}

/** The clock of the recording: the time at which its first attestation began. */
export function clockOf(recording: Recording): () => Date {
  const [first] = envelopesOf(recording)
  const fallback = new Date('2026-07-10T00:00:00Z')
  if (first === undefined) return () => fallback
  const text = new TextDecoder().decode(parseEnvelope(readFileSync(join(recording.folder, first.file))).payload)
  const time = parseTime(/"starttime":"([^"]*)"/.exec(text)?.[1] ?? '') ?? fallback
  return () => time
}

function collector(): { readonly write: (chunk: string | Uint8Array) => void; readonly isTTY: false; readonly text: () => string } {
  const parts: Uint8Array[] = []
  return {
    isTTY: false,
    write: (chunk) => void parts.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
    text: () => Buffer.concat(parts).toString('utf8'),
  }
}
