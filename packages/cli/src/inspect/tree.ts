import { isJsonObject, JsonNumber, stringifyJson } from '@cilock/core'
import type { Attestation, Collection, Envelope, EnvelopeSignature, JsonObject, JsonValue, Statement } from '@cilock/core'
import type { Tree } from '../output/tree.ts'
import type { Inspected } from './describe.ts'

const longest = 100

/** The same as a tree for people. */
export function treeOf(inspected: Inspected): Tree {
  switch (inspected.kind) {
    case 'envelope':
      return envelopeTree(inspected.envelope, treeOf(inspected.payload))
    case 'statement':
      return statementTree(inspected.statement, inspected.collection)
    case 'collection':
      return { label: `collection ${text(inspected.collection['name'])}`, children: membersOf(inspected.collection) }
    case 'policy':
      return policyTree(inspected.policy)
    case 'json':
      return { label: 'JSON', children: isJsonObject(inspected.json) ? membersOf(inspected.json) : [valueTree('value', inspected.json)] }
    case 'bytes':
      return { label: `${inspected.size} bytes`, detail: `sha256:${inspected.sha256}` }
    case 'refused':
      return { label: `not a valid ${inspected.as}`, detail: `${inspected.error.code} ${inspected.error.message}` }
  }
}

function envelopeTree({ payloadType, signatures }: Envelope, payload: Tree): Tree {
  return {
    label: 'envelope',
    detail: 'signatures not verified',
    children: [
      { label: 'payload type', detail: payloadType },
      { label: signatures.length === 0 ? 'no signatures' : 'signatures', children: signatures.map(signatureTree) },
      payload,
    ],
  }
}

function signatureTree({ keyid, sig, certificate, intermediates, timestamps }: EnvelopeSignature): Tree {
  const beside = [
    ...(certificate === undefined ? [] : ['certificate']),
    ...(intermediates === undefined ? [] : [`${intermediates.length} intermediates`]),
    ...(timestamps === undefined ? [] : [`${timestamps.length} timestamps`]),
  ]
  return { label: keyid === '' ? '(no key id)' : keyid, detail: [`${sig.length} bytes`, ...beside].join(', ') }
}

function statementTree(statement: Statement, collection: Collection | undefined): Tree {
  return {
    label: 'statement',
    detail: statement.predicateType,
    children: [
      { label: `subjects (${statement.subject.length})`, children: statement.subject.map(({ name, digest }) => ({ label: name, detail: digestText(digest) })) },
      collection === undefined ? valueTree('predicate', statement.predicate) : collectionTree(collection),
    ],
  }
}

function collectionTree({ name, attestations, backrefs }: Collection): Tree {
  const refs = Object.entries(backrefs ?? {})
  return {
    label: `collection ${name}`,
    detail: `${attestations.length} attestations`,
    children: [
      ...attestations.map(attestationTree),
      ...(refs.length === 0 ? [] : [{ label: `back-references (${refs.length})`, children: refs.map(([ref, digest]) => ({ label: ref, detail: digestText(digest) })) }]),
    ],
  }
}

function attestationTree({ type, attestation, starttime, endtime }: Attestation): Tree {
  const children = isJsonObject(attestation) ? membersOf(attestation) : [valueTree('value', attestation)]
  return { label: type, detail: `${starttime} – ${endtime}`, children }
}

function policyTree(policy: JsonObject): Tree {
  const steps = isJsonObject(policy['steps']) ? Object.entries(policy['steps']) : []
  const rest = Object.fromEntries(Object.entries(policy).filter(([key]) => key !== 'steps'))
  return {
    label: 'policy',
    detail: `expires ${text(policy['expires'])}`,
    children: [...steps.map(([name, step]) => ({ label: `step ${name}`, children: isJsonObject(step) ? membersOf(step) : [] })), ...membersOf(rest)],
  }
}

function membersOf(value: JsonObject): readonly Tree[] {
  return Object.entries(value).map(([key, member]) => valueTree(key, member))
}

/** Small values stand on the line of their key; others are counted, and shown below as far as a screen bears. */
function valueTree(label: string, value: JsonValue): Tree {
  if (typeof value !== 'object' || value === null || JsonNumber.is(value)) return { label, detail: shortened(stringifyJson(value)) }
  // what cannot be short is not written to find that out: each level of a deep document would write all below it
  const inline = roomAfter(value, longest) < 0 ? undefined : stringifyJson(value)
  if (inline !== undefined && inline.length <= longest) return { label, detail: inline }
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[]
    return { label, detail: `${items.length} items`, children: limited(items, (item, index) => valueTree(String(index), item)) }
  }
  return { label, children: limited(Object.entries(value as JsonObject), ([key, member]) => valueTree(key, member)) }
}

/** What is left of `room` characters beside a value, at best; below zero where it cannot fit. */
function roomAfter(value: JsonValue, room: number): number {
  if (typeof value === 'string') return room - value.length
  if (typeof value !== 'object' || value === null || JsonNumber.is(value)) return room - 1
  let left = room
  for (const member of Object.values(value)) {
    if (left < 0) break
    left = roomAfter(member, left) - 1
  }
  return left - 1
}

function limited<T>(items: readonly T[], treeOfItem: (item: T, index: number) => Tree): readonly Tree[] {
  const most = 20
  const children = items.slice(0, most).map(treeOfItem)
  return items.length <= most ? children : [...children, { label: `… and ${items.length - most} more`, detail: 'use --format json to see all' }]
}

function shortened(inline: string): string {
  return inline.length <= longest ? inline : `${inline.slice(0, longest)}… (${inline.length} characters)`
}

function digestText(digest: Readonly<Record<string, string>>): string {
  return Object.entries(digest)
    .map(([algorithm, value]) => (value.startsWith('gitoid:') ? value : `${algorithm}:${value}`))
    .join(', ')
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
