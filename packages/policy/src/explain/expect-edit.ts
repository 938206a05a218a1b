import { aText, argument, expected, isObject, listOf, object, oneOf, optional, refuse } from '../argument.ts'
import type { Expect } from '../argument.ts'
import { aPublicKey } from '../check-options.ts'
import type { Edit } from './edit.ts'

const texts = listOf(aText)
const position = expected('a position in a list', (value) => Number.isSafeInteger(value) && Number(value) >= 0)
const constraint = object({ commonname: aText, dnsnames: texts, emails: texts, organizations: texts, uris: texts, roots: texts, extensions: optional((value, at) => (isObject(value) ? undefined : refuse(at, 'is not an object'))) })

const owned = (members: Readonly<Record<string, Expect>>): Expect => (value, at) => {
  object(members)(value, at)
  if (isObject(value) && typeof value['step'] !== 'string' && typeof value['external'] !== 'string') refuse(at, 'names neither a `step` nor an `external`')
}

/** What each kind of edit holds. */
const members: Readonly<Record<Edit['kind'], Expect>> = {
  'extend-expiry': object({ expires: aText }),
  'add-functionary': owned({ keyid: aText }),
  'add-key': owned({ keyid: aText }),
  'add-certificate': owned({ certConstraint: constraint }),
  'drop-attestation-type': object({ step: aText, index: position, type: aText }),
  'replace-attestation-type': object({ step: aText, index: position, type: aText, by: aText }),
  'allow-untracked': object({ step: aText, paths: texts }),
  'widen-timestamp': object({ step: aText, member: oneOf('notBefore', 'notAfter', 'maxAge'), to: aText }),
  'remove-policy-key': object({ pointer: aText }),
  'rename-policy-key': object({ pointer: aText, to: aText }),
  'hand-in': object({ digest: aText, name: aText }),
  'withdraw-subject': object({ index: position, digests: texts }),
  'drop-input': object({ type: aText, keys: texts }),
  'provide-evidence': object({ steps: texts, externals: texts }),
}

const kind = oneOf(...Object.keys(members))

/** @throws TypeError for what is no edit. */
export function expectEdit(edit: unknown, caller: string): void {
  const at = argument(caller, 'edit')
  object({ kind })(edit, at)
  if (isObject(edit)) members[edit['kind'] as Edit['kind']](edit, at)
}

/** @throws TypeError for what does not hold the keys that an edit may need. */
export function expectMaterial(material: unknown, caller: string): void {
  object({ keys: listOf(aPublicKey) })(material, argument(caller, 'material'))
}
