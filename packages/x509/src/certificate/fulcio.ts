/** The extensions below 1.3.6.1.4.1.57264.1 by their last arc. */
const namesByArc = {
  1: 'Issuer',
  2: 'GithubWorkflowTrigger',
  3: 'GithubWorkflowSHA',
  4: 'GithubWorkflowName',
  5: 'GithubWorkflowRepository',
  6: 'GithubWorkflowRef',
  8: 'Issuer',
  9: 'BuildSignerURI',
  10: 'BuildSignerDigest',
  11: 'RunnerEnvironment',
  12: 'SourceRepositoryURI',
  13: 'SourceRepositoryDigest',
  14: 'SourceRepositoryRef',
  15: 'SourceRepositoryIdentifier',
  16: 'SourceRepositoryOwnerURI',
  17: 'SourceRepositoryOwnerIdentifier',
  18: 'BuildConfigURI',
  19: 'BuildConfigDigest',
  20: 'BuildTrigger',
  21: 'RunInvocationURI',
  22: 'SourceRepositoryVisibilityAtSigning',
  23: 'DeploymentEnvironment',
  24: 'Subject',
} as const

/** The documented names, which are the keys of `certConstraint.extensions` in a policy. */
export type FulcioExtensionName = (typeof namesByArc)[keyof typeof namesByArc]

/** The names, in the order of their object identifiers. */
export const fulcioExtensionNames: readonly FulcioExtensionName[] = [...new Set(Object.values(namesByArc))]

/** The name of an extension by the last arc of its object identifier. */
export function fulcioNameOf(arc: number): FulcioExtensionName | undefined {
  return (namesByArc as Readonly<Record<number, FulcioExtensionName | undefined>>)[arc]
}

/** What Fulcio wrote about the identity it certified. */
export interface FulcioExtensions {
  /** The texts. `Issuer` is there in two forms (`.1` as raw bytes and `.8` as DER); the later one of the certificate counts, as in Go. */
  readonly values: Readonly<Partial<Record<FulcioExtensionName, string>>>
  /**
   * Those whose value is not what their definition says (bad DER, bytes after the end, no UTF-8). They have no entry in
   * `values`, so a constraint on one cannot hold. Go refuses the whole certificate as soon as a policy looks at it.
   */
  readonly malformed: readonly FulcioExtensionName[]
  /** Those that stand there in two forms with different texts. A strict reader does not believe either. */
  readonly conflicting: readonly FulcioExtensionName[]
}
