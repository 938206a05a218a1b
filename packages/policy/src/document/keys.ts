import { CilockError, decodeUtf8, importVerifier } from '@cilock/core'
import type { Verifier } from '@cilock/core'
import { below, finding } from './reader.ts'
import type { Finding } from './reader.ts'
import { sortedEntries } from './rules.ts'
import type { PolicyMembers } from './members.ts'

/** A public key of the policy. */
export interface PolicyKey {
  /** The id computed from the key, which is also what its verifier reports. */
  readonly keyid: string
  /** What functionaries may call it: the computed id, and the URI of the key service that holds it. */
  readonly names: readonly string[]
  readonly verifier: Verifier
}

const keyServices = ['awskms://', 'gcpkms://', 'azurekms://', 'hashivault://']

/** The policy's keys by their place; one bad key is a finding, and makes the whole policy unusable. */
export async function readKeys(
  publickeys: PolicyMembers['publickeys'],
): Promise<{ readonly keys: readonly PolicyKey[]; readonly findings: readonly Finding[] }> {
  const keys: PolicyKey[] = []
  const findings: Finding[] = []
  for (const [name, { keyid = '', key }] of sortedEntries(publickeys)) {
    const pointer = below('/publickeys', name)
    if (key === undefined || key.length === 0) {
      findings.push(finding('policy-public-key', pointer, 'an embedded public key', `the key id ${JSON.stringify(keyid)} alone`))
      continue
    }
    try {
      const verifier = await importVerifier(decodeUtf8(key))
      const isService = keyServices.some((scheme) => keyid.startsWith(scheme))
      if (!isService && keyid !== verifier.keyid) {
        findings.push(finding('policy-public-key', below(pointer, 'keyid'), `the key's own id ${verifier.keyid}`, JSON.stringify(keyid)))
        continue
      }
      keys.push({ keyid: verifier.keyid, names: isService ? [verifier.keyid, keyid] : [verifier.keyid], verifier })
    } catch (error) {
      if (!CilockError.is(error)) throw error
      findings.push(finding('policy-public-key', below(pointer, 'key'), 'the PEM text of a public key', error.message))
    }
  }
  return { keys, findings }
}
