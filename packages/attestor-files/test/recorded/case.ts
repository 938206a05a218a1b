import { decodeBase64, parseJson } from '@cilock/core'
import { vectors } from '@cilock/vectors'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** One recorded run of a Go tool (its README says what the keys mean). */
export interface RecordedCase {
  readonly id: string
  readonly tool: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly inputs: 'inputs/' | 'inputs.tar.gz' | null
  readonly also?: Readonly<Record<string, string>>
  readonly exitCode: number | 'timeout'
  readonly outputs: readonly { readonly file: string; readonly decoded?: string }[]
}

export interface Entry {
  readonly type: string
  readonly attestation: unknown
}

/** A collection that a Go tool wrote. */
export interface RecordedCollection {
  /** The statement's bytes, as text. */
  readonly text: string
  readonly subjects: ReadonlyMap<string, unknown>
  readonly backRefs: ReadonlyMap<string, unknown>
  readonly entries: readonly Entry[]
}

export const recordings: string | undefined = vectors('golden/evidence/cases')

export function recordedCases(): readonly RecordedCase[] {
  if (recordings === undefined) return []
  return readdirSync(recordings)
    .toSorted()
    .map((id) => JSON.parse(readFileSync(join(folderOf(id), 'case.json'), 'utf8')) as RecordedCase)
}

export function folderOf(id: string): string {
  return join(recordings ?? '', id)
}

/** The collections among a run's outputs; a payload that a strict reader refuses is none. */
export function collectionsOf({ id, outputs }: RecordedCase): readonly RecordedCollection[] {
  return outputs.filter(({ decoded }) => decoded !== undefined).flatMap(({ file }) => {
    const envelope = JSON.parse(readFileSync(join(folderOf(id), file), 'utf8')) as { readonly payload?: unknown }
    if (typeof envelope.payload !== 'string') return []
    const collection = readCollection(decodeBase64(envelope.payload))
    return collection === undefined ? [] : [collection]
  })
}

interface Statement {
  readonly subject?: readonly { readonly name: string; readonly digest: unknown }[]
  readonly predicate?: { readonly attestations?: readonly Entry[]; readonly backrefs?: Readonly<Record<string, unknown>> }
}

function readCollection(payload: Uint8Array): RecordedCollection | undefined {
  let text: string
  let statement: Statement
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    statement = parseJson(payload) as Statement
  } catch {
    return undefined
  }
  const { subject = [], predicate } = statement
  if (!Array.isArray(predicate?.attestations)) return undefined
  return {
    text,
    subjects: new Map(subject.map(({ name, digest }) => [name, digest])),
    backRefs: new Map(Object.entries(predicate.backrefs ?? {})),
    entries: predicate.attestations,
  }
}
