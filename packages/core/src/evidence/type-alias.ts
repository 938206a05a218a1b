/**
 * The attestors whose v0.x predicates exist under both hosts. The table is exact: CI/lock matches no pattern, and the
 * newer material and product v0.2/v0.3 and command-run v0.2 have no witness form.
 */
const sharedTypes = [
  'command-run/v0.1',
  'docker/v0.1',
  'environment/v0.1',
  'git/v0.1',
  'github/v0.1',
  'githubwebhook/v0.1',
  'gitlab/v0.1',
  'gcp-iit/v0.1',
  'aws/v0.1',
  'aws-codebuild/v0.1',
  'jenkins/v0.1',
  'jwt/v0.1',
  'k8smanifest/v0.2',
  'lockfiles/v0.1',
  'material/v0.1',
  'maven/v0.1',
  'oci/v0.1',
  'omnitrail/v0.1',
  'product/v0.1',
  'sarif/v0.1',
  'sbom/v0.1',
  'secretscan/v0.1',
  'system-packages/v0.1',
] as const

/** The predicate type of collections as CI/lock writes it. */
export const collectionType = 'https://aflock.ai/attestation-collection/v0.1'

/** The predicate type of collections as witness writes it; CI/lock reads both, witness only this one. */
export const witnessCollectionType = 'https://witness.testifysec.com/attestation-collection/v0.1'

const current = new Map<string, string>([[witnessCollectionType, collectionType]])
for (const type of sharedTypes) {
  current.set(`https://witness.dev/attestations/${type}`, `https://aflock.ai/attestations/${type}`)
}
const witness = new Map<string, string>([...current].map(([from, to]) => [to, from]))

/** The current form of a type URI: a witness URI becomes CI/lock's, any other stays as it is. */
export function resolveType(type: string): string {
  return current.get(type) ?? type
}

/** The witness form of a type URI, in either form; undefined where there is none. */
export function witnessTypeOf(type: string): string | undefined {
  return current.has(type) ? type : witness.get(type)
}

/** Both forms of a type URI, the given one first; just the given one where no other exists. */
export function typeForms(type: string): readonly string[] {
  const other = current.get(type) ?? witness.get(type)
  return other === undefined ? [type] : [type, other]
}

/** Whether two URIs name one type. */
export function sameType(a: string, b: string): boolean {
  return resolveType(a) === resolveType(b)
}
