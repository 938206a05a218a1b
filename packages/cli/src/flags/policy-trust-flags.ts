import type { Flag } from './flag.ts'

/** Flags that constrain one of Fulcio's extensions, by CI/lock's names. */
export const fulcioExtensionFlags: readonly { readonly flag: string; readonly extension: string }[] = [
  { flag: 'policy-fulcio-oidc-issuer', extension: 'Issuer' },
  { flag: 'policy-fulcio-build-trigger', extension: 'BuildTrigger' },
  { flag: 'policy-fulcio-source-repository-digest', extension: 'SourceRepositoryDigest' },
  { flag: 'policy-fulcio-run-invocation-uri', extension: 'RunInvocationURI' },
  { flag: 'policy-fulcio-source-repository-identifier', extension: 'SourceRepositoryIdentifier' },
  { flag: 'policy-fulcio-source-repository-ref', extension: 'SourceRepositoryRef' },
  { flag: 'policy-fulcio-source-repository-uri', extension: 'SourceRepositoryURI' },
  { flag: 'policy-fulcio-build-config-uri', extension: 'BuildConfigURI' },
  { flag: 'policy-fulcio-runner-environment', extension: 'RunnerEnvironment' },
]

/** Who may sign a policy by certificate. A certificate authority alone names nobody. */
export const policyTrustFlags: readonly Flag[] = [
  { name: 'policy-ca-roots', kind: 'slice', help: 'certificate authorities of who signed the policy, PEM; one that another issued is an intermediate' },
  { name: 'policy-ca', kind: 'slice', hidden: true, help: 'the same as --policy-ca-roots' },
  { name: 'policy-ca-intermediates', kind: 'slice', help: 'certificates in between, PEM' },
  { name: 'policy-timestamp-servers', kind: 'slice', help: 'certificates of timestamp authorities, PEM: a file each' },
  { name: 'policy-commonname', kind: 'string', help: 'common name of who signed the policy; globs are allowed, here and below' },
  { name: 'policy-dns-names', kind: 'slice', help: 'DNS names' },
  { name: 'policy-emails', kind: 'slice', help: 'e-mail addresses' },
  { name: 'policy-organizations', kind: 'slice', help: 'organizations' },
  { name: 'policy-uris', kind: 'slice', help: 'URIs' },
  ...fulcioExtensionFlags.map(({ flag, extension }): Flag => ({
    name: flag,
    kind: 'string',
    help: `the certificate's ${extension}`,
    ...(extension === 'Issuer' && { default: 'https://token.actions.githubusercontent.com' }),
  })),
]
