import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCli } from '@cilock/cli'
import { CilockError, collectionOf, parseEnvelope, parseStatement, stringifyJson } from '@cilock/core'
import type { JsonValue, Statement } from '@cilock/core'
import { failed, passed } from '../case.ts'
import type { Case, Outcome } from '../case.ts'
import { difference } from './difference.ts'
import { normalise } from './normalise.ts'
import type { Recording } from './recording.ts'
import { runAgain } from './run-again.ts'
import { stage } from './stage.ts'
import type { Stage } from './stage.ts'

/**
 * A recorded run with attestors that there are none of yet, made again without these: what the others say is the same all the
 * same. Undefined where no such attestor was asked for, where the run failed, and where a flag is about one.
 */
export function restCase(recording: Recording, keys: string, ours: ReadonlyMap<string, string>): Case | undefined {
  const rest = restOf(recording, ours)
  if (rest === undefined) return undefined
  return {
    id: `${recording.id}:rest`,
    kind: recording.kind,
    async run(): Promise<Outcome> {
      const place = stage(recording, keys)
      try {
        return await compareRest(rest, place, new Set(ours.values()))
      } catch (error) {
        // what Go wrote need not be what anybody else reads
        if (CilockError.is(error)) return failed(`${error.code} ${error.message}`)
        throw error
      } finally {
        place.remove()
      }
    },
  }
}

/** The recording as if it had not asked for the attestors that there are none of. */
export function restOf(recording: Recording, ours: ReadonlyMap<string, string>): Recording | undefined {
  const { argv, tool, exitCode, repeat } = recording
  if (!['cilock', 'witness'].includes(tool) || argv[1] !== 'run' || exitCode !== 0 || repeat !== undefined) return undefined
  const missing = attestorsOf(argv).filter((name) => !ours.has(name) && !name.includes('://'))
  return missing.length === 0 ? undefined : { ...recording, argv: without(argv, missing) }
}

async function compareRest(recording: Recording, place: Stage, known: ReadonlySet<string>): Promise<Outcome> {
  const { code, stderr } = await runAgain(recording, place)
  if (code !== 0) return failed(`exit code ${code}: ${stderr}`)
  const output = recording.outputs.find(({ was, payloadType }) => payloadType !== undefined && !/-[a-z-]+\.json$/.test(was))
  if (output === undefined) return passed
  const path = place.here(output.was)
  if (!existsSync(path)) return failed(`nothing was written to ${output.was}: ${stderr}`)
  const mine = parseStatement(new TextEncoder().encode(place.recorded(new TextDecoder().decode(parseEnvelope(readFileSync(path)).payload))))
  const go = parseStatement(parseEnvelope(readFileSync(join(recording.folder, output.file))).payload)
  const found = difference(partOf(mine, known), partOf(go, known))
  return found === undefined ? passed : failed(found)
}

/** What the known attestors say in a collection, and the subjects that they name. */
function partOf(statement: Statement, known: ReadonlySet<string>): JsonValue {
  const { name, attestations } = collectionOf(statement)
  const types = [...known].map((type) => type.replace(/\/v[\d.]+$/, '/'))
  const isKnown = (text: string): boolean => types.some((type) => text.replace('https://witness.dev/', 'https://aflock.ai/').startsWith(type))
  return {
    name,
    attestations: normalise({ attestations: attestations.filter(({ type }) => isKnown(type)).map(({ type, attestation }) => ({ type, attestation })) }),
    subject: statement.subject
      .filter((subject) => isKnown(subject.name))
      .map((subject) => stringifyJson({ name: subject.name, digest: { ...subject.digest } }))
      .toSorted(),
  }
}

/** Each attestor that `-a` may name here, and the type of what it says. */
export async function ourAttestors(): Promise<ReadonlyMap<string, string>> {
  let text = ''
  const output = { isTTY: false, write: (chunk: string | Uint8Array) => void (text += typeof chunk === 'string' ? chunk : '') }
  const silent = { isTTY: false, write: () => {} }
  await runCli(['attestors', 'list', '--format', 'json'], { workingDir: '/', env: {}, clock: () => new Date(0), host: { os: 'linux', name: '', user: '' }, stdout: output, stderr: silent, signal: new AbortController().signal })
  const rows = JSON.parse(text) as readonly { readonly name: string; readonly predicate_type: string }[]
  return new Map(rows.map(({ name, predicate_type: type }) => [name, type]))
}

const attestorFlag = /^(?:-a|--attestations|--attestors)$/

function attestorsOf(argv: readonly string[]): readonly string[] {
  return flagsOf(argv).flatMap((word, index, words) => (attestorFlag.test(words[index - 1] ?? '') ? word.split(',') : []))
}

function flagsOf(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

function without(argv: readonly string[], missing: readonly string[]): readonly string[] {
  const flags = flagsOf(argv)
  const left = flags.flatMap((word, index) => {
    if (attestorFlag.test(flags[index - 1] ?? '')) return [word.split(',').filter((name) => !missing.includes(name)).join(',')]
    const about = missing.some((name) => word.startsWith(`--attestor-${name}-`) || word.startsWith(`--${name}-`))
    // each such flag that takes a value is written in one word, or is followed by it
    return about || (missing.some((name) => (flags[index - 1] ?? '').startsWith(`--attestor-${name}-`)) && !word.startsWith('-')) ? [] : [word]
  })
  return [...left, ...argv.slice(flags.length)]
}
