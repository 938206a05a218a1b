import { CilockError } from '@cilock/core'
import { DerReader, Tag } from '@cilock/der'
import type { Certificate } from '../certificate/certificate.ts'
import { extensionOid } from '../certificate/oid.ts'
import { readGeneralName, type GeneralName } from '../certificate/read-general-name.ts'
import { equalBytes } from '../signature/digest.ts'
import { malformedToken } from './cms.ts'

/** What a token calls its authority (RFC 3161, section 2.4.2: `tsa`). */
export interface AuthorityName {
  readonly name: GeneralName
  readonly der: Uint8Array
}

/**
 * Reads the one name under the tag of `tsa`.
 *
 * @throws CilockError `ERR_TIMESTAMP_MALFORMED`
 */
export function readAuthorityName(der: Uint8Array): AuthorityName {
  const reader = new DerReader(der)
  try {
    const name = readGeneralName(reader, 'the name of the authority')
    if (reader.empty) return { name, der }
  } catch (error) {
    if (!CilockError.is(error)) throw error
  }
  throw malformedToken('one name of the authority')
}

/** Whether a certificate has a name: as its subject, or among its alternative names. */
export function hasName({ subject, extensions }: Certificate, { name, der }: AuthorityName): boolean {
  if (name.kind === 'directory' && name.name.key === subject.key) return true
  const value = extensions.find(({ oid }) => oid === extensionOid.subjectAltName)?.value
  const list = value === undefined ? undefined : new DerReader(value).enter(Tag.sequence)
  for (let next = list?.any(); next !== undefined; next = list?.any()) if (equalBytes(next.full, der)) return true
  return false
}
