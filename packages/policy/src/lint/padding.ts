import { isJsonObject } from '@cilock/core'
import type { JsonValue } from '@cilock/core'
import { below } from '../document/reader.ts'
import { lintFinding } from './finding.ts'
import type { LintFinding } from './finding.ts'

const encoded: ReadonlySet<string> = new Set(['key', 'module', 'certificate', 'intermediates'])

/** Base64 that is read here without its padding, and that Go refuses. */
export function paddingFindings(document: JsonValue): readonly LintFinding[] {
  return ['publickeys', 'roots', 'timestampauthorities', 'steps', 'externalAttestations'].flatMap((key) => below64(member(document, key), below('', key)))
}

function member(value: JsonValue, key: string): JsonValue {
  return isJsonObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null
}

function below64(value: JsonValue, pointer: string): readonly LintFinding[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap((item, index) => below64(item, below(pointer, index)))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, content]) => (encoded.has(key) ? texts(content, below(pointer, key)) : below64(content, below(pointer, key))))
}

function texts(content: JsonValue, pointer: string): readonly LintFinding[] {
  if (Array.isArray(content)) return (content as readonly JsonValue[]).flatMap((item, index) => texts(item, below(pointer, index)))
  // a map may have entries of these names
  if (typeof content !== 'string') return below64(content, pointer)
  const text = content.replaceAll(/[\r\n]/g, '')
  if (text.length % 4 === 0) return []
  const padded = `${text}${'='.repeat(4 - (text.length % 4))}`
  return [lintFinding('base64-padding', pointer, 'the base64 text lacks its padding, and CI/lock and witness refuse the whole policy for it', 'add the padding', { edits: [{ op: 'replace', path: pointer, value: padded }] })]
}
