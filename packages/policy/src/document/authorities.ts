import { CilockError, decodeUtf8 } from '@cilock/core'
import { parseCertificate } from '@cilock/x509'
import type { Certificate, TimestampAuthority, TrustBundle } from '@cilock/x509'
import type { PolicyMembers, RootMembers } from './members.ts'
import { below, finding } from './reader.ts'
import type { Finding } from './reader.ts'
import { sortedEntries } from './rules.ts'

/** Whom a policy trusts to vouch for keys and for times. */
export interface Authorities {
  readonly bundles: readonly TrustBundle[]
  readonly timestampAuthorities: readonly TimestampAuthority[]
}

/** Reads the certificates of a policy; one that cannot be read is a finding, and makes the whole policy unusable. */
export function readAuthorities({ roots, timestampauthorities }: Pick<PolicyMembers, 'roots' | 'timestampauthorities'>): Authorities & { readonly findings: readonly Finding[] } {
  const findings: Finding[] = []
  return {
    bundles: sortedEntries(roots).flatMap(([id, members]): readonly TrustBundle[] => {
      const read = certificatesOf(members, below('/roots', id), findings)
      return read === undefined ? [] : [{ id, roots: [read.certificate], intermediates: read.intermediates }]
    }),
    // root and intermediates of one entry are anchors alike, as in Go
    timestampAuthorities: sortedEntries(timestampauthorities).flatMap(([id, members]): readonly TimestampAuthority[] => {
      const read = certificatesOf(members, below('/timestampauthorities', id), findings)
      return read === undefined ? [] : [{ id, roots: [read.certificate, ...read.intermediates] }]
    }),
    findings,
  }
}

function certificatesOf({ certificate, intermediates = [] }: RootMembers, pointer: string, findings: Finding[]): { readonly certificate: Certificate; readonly intermediates: readonly Certificate[] } | undefined {
  const root = read(certificate, below(pointer, 'certificate'), findings)
  const others = intermediates.flatMap((each, index) => read(each, below(below(pointer, 'intermediates'), index), findings) ?? [])
  return root === undefined ? undefined : { certificate: root, intermediates: others }
}

function read(pem: Uint8Array = new Uint8Array(), pointer: string, findings: Finding[]): Certificate | undefined {
  try {
    // as text: DER, which Go does not take there, is no PEM
    return parseCertificate(decodeUtf8(pem))
  } catch (error) {
    if (!CilockError.is(error)) throw error
    findings.push(finding('policy-root', pointer, 'the PEM text of a certificate', pem.length === 0 ? 'nothing' : error.message))
    return undefined
  }
}
