import { customPredicateType } from '@cilock/cosign'

/** The short names of `--type`. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['custom', customPredicateType],
  ['slsaprovenance', 'https://slsa.dev/provenance/v0.2'],
  ['slsaprovenance02', 'https://slsa.dev/provenance/v0.2'],
  ['slsaprovenance1', 'https://slsa.dev/provenance/v1'],
  ['spdx', 'https://spdx.dev/Document'],
  ['spdxjson', 'https://spdx.dev/Document'],
  ['cyclonedx', 'https://cyclonedx.org/bom'],
  ['link', 'https://in-toto.io/Link/v1'],
  ['vuln', 'https://cosign.sigstore.dev/attestation/vuln/v1'],
  ['openvex', 'https://openvex.dev/ns'],
])

/** What `--type` stands for. */
export function predicateTypeOf(type: string | undefined): string {
  return aliases.get(type ?? 'custom') ?? type ?? customPredicateType
}
