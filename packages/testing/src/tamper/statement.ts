import { isJsonObject } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import { lastDigitChanged } from './envelope.ts'

export const statementKinds = ['statementType', 'predicateType', 'subject', 'step', 'attestation', 'leaf', 'root', 'backref'] as const

/** What can be done to the statement in an envelope. Undefined where there is nothing of the kind. */
export const tamperStatement: Readonly<Record<(typeof statementKinds)[number], (statement: JsonObject) => JsonObject | undefined>> = {
  statementType: (statement) => ({ ...statement, _type: 'https://example.test/Statement/v0' }),
  predicateType: (statement) => ({ ...statement, predicateType: 'https://example.test/tampered/v0' }),
  subject: (statement) => firstOf(statement, 'subject', (subject) => within(subject, 'digest', digestsChanged)),
  step: (statement) =>
    inPredicate(statement, (predicate) => (typeof predicate['name'] === 'string' ? { ...predicate, name: `${predicate['name']}-tampered` } : undefined)),
  attestation: (statement) =>
    inPredicate(statement, (predicate) => {
      const { attestations } = predicate
      return Array.isArray(attestations) && attestations.length > 0 ? { ...predicate, attestations: attestations.slice(0, -1) } : undefined
    }),
  leaf: (statement) =>
    inTree(statement, (tree) => firstOf(tree, 'leaves', (leaf) => within(leaf, 'fileDigest', (digest) => (typeof digest === 'string' ? lastDigitChanged(digest) : undefined)))),
  root: (statement) =>
    inTree(statement, (tree) => within(tree, 'merkleRoot', (root) => (typeof root === 'string' ? lastDigitChanged(root) : undefined))),
  backref: (statement) =>
    inPredicate(statement, (predicate) =>
      within(predicate, 'backrefs', (backrefs) => {
        const [first] = isJsonObject(backrefs) ? Object.keys(backrefs) : []
        return first === undefined || !isJsonObject(backrefs) ? undefined : within(backrefs, first, digestsChanged)
      }),
    ),
}

type Change<T extends JsonValue = JsonValue> = (value: T) => JsonValue | undefined

function within(object: JsonObject, key: string, change: Change): JsonObject | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  const changed = value === undefined ? undefined : change(value)
  return changed === undefined ? undefined : { ...object, [key]: changed }
}

/** The first element that can be changed. */
function firstOf(object: JsonObject, key: string, change: Change<JsonObject>): JsonObject | undefined {
  return within(object, key, (list) => {
    if (!Array.isArray(list)) return undefined
    for (const [index, element] of (list as readonly JsonValue[]).entries()) {
      const changed = isJsonObject(element) ? change(element) : undefined
      if (changed !== undefined) return (list as readonly JsonValue[]).with(index, changed)
    }
    return undefined
  })
}

function inPredicate(statement: JsonObject, change: Change<JsonObject>): JsonObject | undefined {
  return within(statement, 'predicate', (predicate) => (isJsonObject(predicate) ? change(predicate) : undefined))
}

/** The first attestation that is a tree. */
function inTree(statement: JsonObject, change: Change<JsonObject>): JsonObject | undefined {
  return inPredicate(statement, (predicate) =>
    firstOf(predicate, 'attestations', (entry) => within(entry, 'attestation', (tree) => (isJsonObject(tree) ? change(tree) : undefined))),
  )
}

function digestsChanged(digests: JsonValue): JsonObject | undefined {
  if (!isJsonObject(digests) || Object.keys(digests).length === 0) return undefined
  return Object.fromEntries(Object.entries(digests).map(([name, value]) => [name, typeof value === 'string' ? lastDigitChanged(value) : value]))
}
