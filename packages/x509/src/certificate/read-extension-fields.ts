import { encodeHex } from '@cilock/core'
import { contextTag, DerReader, Tag } from '@cilock/der'
import type { Certificate, CertificateExtension } from './certificate.ts'
import { need, needEnd } from './malformed.ts'
import { extensionOid } from './oid.ts'
import { noNames, readAlternativeNames } from './read-general-name.ts'
import { readBasicConstraints, readExtendedKeyUsage, readKeyUsage } from './read-key-usage.ts'
import { readNameConstraints } from './read-name-constraints.ts'
import { readInhibitAnyPolicy, readPolicies, readPolicyConstraints, readPolicyMappings } from './read-policies.ts'

type ExtensionFields = Pick<
  Certificate,
  'names' | 'keyUsage' | 'extendedKeyUsage' | 'basicConstraints' | 'nameConstraints' | 'subjectKeyId' | 'authorityKeyId' | 'policies' | 'policyRules'
>

/** What the known extensions say. Each is in its form, or the certificate is refused. */
export function readExtensionFields(extensions: readonly CertificateExtension[]): ExtensionFields {
  const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | undefined => {
    const extension = extensions.find((each) => each.oid === oid)
    return extension === undefined ? undefined : reader(extension.value)
  }
  const inhibitAnyPolicy = read(extensionOid.inhibitAnyPolicy, readInhibitAnyPolicy)
  const found = {
    keyUsage: read(extensionOid.keyUsage, readKeyUsage),
    extendedKeyUsage: read(extensionOid.extendedKeyUsage, readExtendedKeyUsage),
    basicConstraints: read(extensionOid.basicConstraints, readBasicConstraints),
    nameConstraints: read(extensionOid.nameConstraints, readNameConstraints),
    subjectKeyId: read(extensionOid.subjectKeyId, readSubjectKeyId),
    authorityKeyId: read(extensionOid.authorityKeyId, readAuthorityKeyId),
    policies: read(extensionOid.policies, readPolicies),
  }
  return {
    ...present(found),
    names: read(extensionOid.subjectAltName, readAlternativeNames) ?? noNames,
    policyRules: {
      ...read(extensionOid.policyConstraints, readPolicyConstraints),
      ...(inhibitAnyPolicy !== undefined && { inhibitAnyPolicy }),
      mappings: read(extensionOid.policyMappings, readPolicyMappings) ?? [],
    },
  }
}

function readSubjectKeyId(value: Uint8Array): string {
  const reader = new DerReader(value)
  const id = need(reader.read(Tag.octetString), 'the subject key identifier')
  needEnd(reader, 'the subject key identifier')
  return encodeHex(id)
}

/** The issuer and serial number that may follow are not used: they would name one certificate of several that fit. */
function readAuthorityKeyId(value: Uint8Array): string | undefined {
  const reader = new DerReader(value)
  const sequence = need(reader.enter(Tag.sequence), 'the authority key identifier')
  needEnd(reader, 'the authority key identifier')
  const id = sequence.read(contextTag(0))
  if (sequence.peek(contextTag(1, true))) need(sequence.any(), 'the issuer in the authority key identifier')
  if (sequence.peek(contextTag(2))) need(sequence.integer(contextTag(2)), 'the serial number in the authority key identifier')
  needEnd(sequence, 'the authority key identifier')
  return id === undefined ? undefined : encodeHex(id)
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>
}
