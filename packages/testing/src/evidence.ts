import { findType, parseJson, stringifyJson } from '@cilock/core'
import type { CompletedAttestation, Evidence, JsonValue, PredicateType } from '@cilock/core'

/** Evidence as a run would leave it: its name, its type, and what it says. Fits `completed` of a context as it is. */
export interface MadeEvidence<P = unknown> extends CompletedAttestation {
  /** What its reader made of it. */
  readonly evidence: Evidence<P>
}

/** Which form of a type is meant. */
export interface EvidenceOptions {
  /** Another URI of the type under which the predicate stands (`…/product/v0.1`). Default: the one that is written. */
  readonly as?: string
}

/**
 * Evidence from a plain object, read by its type: the predicate is checked and normalised as one that came over the wire,
 * and subjects, back-references, materials and products follow from it.
 *
 * @param type the reader, which also types the predicate; or a URI for evidence that no reader knows
 * @throws CilockError what the reader throws: `ERR_MALFORMED`, `ERR_EVIDENCE_INVALID`
 * @throws TypeError when `as` is no URI of the type
 * @example
 * ```ts
 * const ran = evidenceOf(commandRunType, { cmd: ['make'], exitcode: 0 }, { as: 'https://aflock.ai/attestations/command-run/v0.1' })
 * const made = evidenceOf(productType, treeOf('products', { 'app.js': '42' }))
 * const other = evidenceOf('https://example.test/review/v1', { approved: true })
 * ```
 */
export function evidenceOf<P>(type: PredicateType<P>, predicate: P, options?: EvidenceOptions): MadeEvidence<P>
export function evidenceOf(type: string, predicate: JsonValue): MadeEvidence<JsonValue>
export function evidenceOf(type: PredicateType | string, predicate: unknown, options: EvidenceOptions = {}): MadeEvidence {
  // through its text, so that nothing stands in the evidence that could not stand on the wire
  const json = parseJson(stringifyJson(predicate))
  if (typeof type === 'string') return { name: type, type, evidence: { predicate: json } }
  const uri = options.as ?? type.predicateType
  if (findType([type], uri) === undefined) throw new TypeError(`${type.name} is ${[type.predicateType, ...(type.aliases ?? [])].join(', ')}, not ${uri}`)
  const read = type.read(json, uri)
  const evidence = options.as === undefined ? read : { ...read, predicateType: options.as }
  return { name: type.name, type: evidence.predicateType ?? uri, evidence }
}
