import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, encodeUtf8, parseEnvelope, parseJson, parseStatement, stringifyJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import { vectors } from '@cilock/vectors'

/** An envelope that a Go tool wrote, and the in-toto statement in it. */
export interface RecordedEnvelope {
  /** The case and the file. */
  readonly id: string
  /** As Go's encoder wrote it, without the newline that some commands put behind it. */
  readonly text: string
  readonly payload: string
}

/** A part of a signed payload with the bytes that Go gave it. */
export interface RecordedPart {
  readonly id: string
  readonly type: string
  readonly json: JsonValue
  readonly bytes: string
}

/** Every statement that a Go tool signed; each payload once. Payloads that are no UTF-8 are signed by Go and read by nobody here. */
export function recordedEnvelopes(): readonly RecordedEnvelope[] {
  const folder = vectors('golden/evidence/cases')
  if (folder === undefined) return []
  const found = new Map<string, RecordedEnvelope>()
  for (const id of readdirSync(folder).toSorted()) {
    const { outputs } = JSON.parse(readFileSync(join(folder, id, 'case.json'), 'utf8')) as { readonly outputs: readonly { readonly file: string; readonly payloadType?: string }[] }
    for (const { file } of outputs.filter(({ payloadType }) => payloadType === 'application/vnd.in-toto+json')) {
      const text = readFileSync(join(folder, id, file), 'utf8').replace(/\n$/, '')
      const payload = textOf(parseEnvelope(text).payload)
      if (payload !== undefined && !found.has(payload)) found.set(payload, { id: `${id}/${file}`, text, payload })
    }
  }
  return [...found.values()]
}

/** Undefined where strict readers refuse it: repeated keys, bytes that are no UTF-8. */
function textOf(payload: Uint8Array): string | undefined {
  try {
    parseJson(payload)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

/** Whether Go's encoder wrote the statement: `sign` signs a file of somebody else as it is. */
export function isGoes({ payload }: RecordedEnvelope): boolean {
  return stringifyJson(parseJson(payload)) === plain(payload)
}

/** Go escapes U+FFFD where it stands for a byte that was no UTF-8, and nowhere else. */
export function plain(text: string): string {
  return text.replaceAll(String.raw`\ufffd`, '\uFFFD')
}

/** The predicates in a statement, alone or in a collection, each with its bytes. */
export function predicatesIn({ id, payload }: RecordedEnvelope): readonly RecordedPart[] {
  const { predicateType, predicate } = parseStatement(encodeUtf8(plain(payload)))
  const { attestations } = predicate as { readonly attestations?: readonly { readonly type: string; readonly attestation: JsonValue }[] }
  const entries = attestations?.map(({ type, attestation }) => ({ type, json: attestation })) ?? [{ type: predicateType, json: predicate }]
  return entries.map(({ type, json }) => {
    return { id, type, json, bytes: stringifyJson(json) }
  })
}
