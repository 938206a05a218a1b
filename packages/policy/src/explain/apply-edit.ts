import { CilockError, encodeBase64, encodeJson, encodeUtf8, isJsonObject, parseJson } from '@cilock/core'
import type { Envelope, JsonObject, JsonValue, KeyVerifier } from '@cilock/core'
import { quoteGlob } from '@cilock/glob'
import { argument } from '../argument.ts'
import { anEnvelope } from '../check-options.ts'
import type { VerifyOptions } from '../options.ts'
import { expectEdit, expectMaterial } from './expect-edit.ts'
import type { Edit, EditOwner, PolicyEdit } from './edit.ts'

/** What an edit may need beside the verification itself. */
export interface EditMaterial {
  /** Public keys that the caller knows, for `add-key`. */
  readonly keys: readonly KeyVerifier[]
}

/**
 * The same question with one thing changed; undefined where it cannot be changed so, or not from what is at hand. The
 * policy's signatures are those of the unchanged one.
 */
export function applyEdit(options: VerifyOptions, edit: Edit, material: EditMaterial): VerifyOptions | undefined {
  switch (edit.kind) {
    case 'hand-in':
      return { ...options, subjects: [edit.digest] }
    case 'withdraw-subject':
      return options.subjects.length < 2 ? undefined : { ...options, subjects: options.subjects.toSpliced(edit.index, 1) }
    case 'drop-input': {
      const added = Object.entries(options.input?.[edit.type] ?? {}).filter(([key]) => !edit.keys.includes(key))
      return { ...options, input: { ...options.input, [edit.type]: Object.fromEntries(added) } }
    }
    case 'provide-evidence':
      return undefined
    default: {
      const policy = editPolicy(options.policy, edit, material)
      return policy === undefined ? undefined : { ...options, policy }
    }
  }
}

/**
 * The envelope of a policy with one thing changed, to be signed by whoever may. Undefined where there is nothing of the kind
 * to change, or the payload is no JSON.
 *
 * @throws TypeError for wrong arguments.
 */
export function editPolicy(policy: Envelope, edit: PolicyEdit, material: EditMaterial): Envelope | undefined {
  anEnvelope(policy, argument('editPolicy', 'policy'))
  expectEdit(edit, 'editPolicy')
  expectMaterial(material, 'editPolicy')
  const document = documentOf(policy)
  const changed = document === undefined ? undefined : changedDocument(document, edit, material)
  return changed === undefined ? undefined : { ...policy, payload: encodeJson(changed) }
}

function documentOf({ payload }: Envelope): JsonObject | undefined {
  try {
    return objectOf(parseJson(payload))
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

function changedDocument(document: JsonObject, edit: PolicyEdit, { keys }: EditMaterial): JsonObject | undefined {
  switch (edit.kind) {
    case 'extend-expiry':
      return { ...document, expires: edit.expires }
    case 'add-functionary':
      return addFunctionary(document, edit, { type: 'publickey', publickeyid: edit.keyid })
    case 'add-key': {
      const key = keys.find(({ keyid }) => keyid === edit.keyid)
      if (key === undefined) return undefined
      const added = within(document, ['publickeys', edit.keyid], () => ({ keyid: edit.keyid, key: encodeBase64(encodeUtf8(key.publicKeyPem)) }))
      return isJsonObject(added) ? addFunctionary(added, edit, { type: 'publickey', publickeyid: edit.keyid }) : undefined
    }
    case 'add-certificate':
      return addFunctionary(document, edit, { type: 'root', certConstraint: { ...edit.certConstraint } })
    case 'drop-attestation-type':
      return objectOf(within(document, ['steps', edit.step, 'attestations'], (list) => (isList(list) ? list.toSpliced(edit.index, 1) : undefined)))
    case 'replace-attestation-type':
      return objectOf(within(document, ['steps', edit.step, 'attestations'], (list) => (isList(list) && isJsonObject(list[edit.index]) ? list.with(edit.index, { ...(list[edit.index] as JsonObject), type: edit.by }) : undefined)))
    case 'allow-untracked':
      return objectOf(within(document, ['steps', edit.step, 'allowedUntracked'], (list) => [...(isList(list) ? list : []), ...edit.paths.map(quoteGlob)]))
    case 'widen-timestamp':
      return objectOf(within(document, ['steps', edit.step, 'timestampConstraint', edit.member], () => edit.to))
    case 'remove-policy-key':
      return objectOf(rename(document, tokens(edit.pointer), undefined))
    case 'rename-policy-key':
      return objectOf(rename(document, tokens(edit.pointer), edit.to))
  }
}

function addFunctionary(document: JsonObject, owner: EditOwner, functionary: JsonObject): JsonObject | undefined {
  const path = 'step' in owner ? ['steps', owner.step] : ['externalAttestations', owner.external]
  return objectOf(within(document, [...path, 'functionaries'], (list) => [...(isList(list) ? list : []), functionary]))
}

/** A copy with the value at a path changed; undefined where there is nothing to change. */
function within(value: JsonValue | undefined, [key, ...rest]: readonly string[], change: (value: JsonValue | undefined) => JsonValue | undefined): JsonValue | undefined {
  if (key === undefined) return change(value)
  if (isList(value)) {
    const changed = within(value[Number(key)], rest, change)
    return changed === undefined ? undefined : value.with(Number(key), changed)
  }
  const object = value ?? {}
  if (!isJsonObject(object)) return undefined
  const changed = within(Object.hasOwn(object, key) ? object[key] : undefined, rest, change)
  return changed === undefined ? undefined : Object.fromEntries([...Object.entries(object), [key, changed]])
}

/** A copy with a key renamed, or left out. */
function rename(document: JsonObject, path: readonly string[], to: string | undefined): JsonValue | undefined {
  const key = path.at(-1)
  return within(document, path.slice(0, -1), (object) => {
    if (object === undefined || !isJsonObject(object) || key === undefined || !Object.hasOwn(object, key) || (to !== undefined && Object.hasOwn(object, to))) return undefined
    return Object.fromEntries(Object.entries(object).flatMap(([name, value]) => (name === key ? (to === undefined ? [] : [[to, value] as const]) : [[name, value] as const])))
  })
}

function tokens(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return value !== undefined && isJsonObject(value) ? value : undefined
}
