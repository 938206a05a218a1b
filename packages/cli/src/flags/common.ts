import type { Flag } from './flag.ts'

const later = {
  platform: 'there is no hosted platform behind this tool',
  trace: 'a command cannot be traced from JavaScript; nothing would be recorded that the walk does not see',
  fulcio: 'keyless signing comes later',
  kms: 'keys in a KMS come later; embed the SDK and hand it a signer',
} as const

/** Flags of every command. */
export const globalFlags: readonly Flag[] = [
  { name: 'log-level', short: 'l', kind: 'string', default: 'info', help: 'how much is said on stderr: debug, info, warn, error' },
  { name: 'help', short: 'h', kind: 'bool', help: 'show this help' },
  { name: 'help-advanced', kind: 'bool', hidden: true, help: 'show every flag' },
  { name: 'policy-hardening', kind: 'string', default: 'enforce', help: 'enforce, or warn: without four rules that make a policy safe' },
  { name: 'debug-cpu-profile-file', kind: 'string', hidden: true, help: '', refused: 'use `node --cpu-prof`' },
  { name: 'debug-mem-profile-file', kind: 'string', hidden: true, help: '', refused: 'use `node --heap-prof`' },
]

/** Who signs. `-k` is left out where a command gives it another meaning. */
export function signerFlags(withShort: boolean): readonly Flag[] {
  return [
    {
      name: 'signer-file-key-path',
      ...(withShort ? { short: 'k' } : {}),
      kind: 'string',
      help: 'private key, PEM, or the key file of cosign',
    },
    { name: 'signer-file-key-passphrase', kind: 'string', help: 'passphrase of the key (prefer the file or AFLOCK_KEY_PASSPHRASE: flags show in process lists)' },
    { name: 'signer-file-key-passphrase-path', kind: 'string', help: 'file that holds the passphrase' },
    { name: 'signer-file-cert-path', kind: 'string', help: 'certificate of the key, PEM, written beside its signatures; its issuers may stand behind it' },
    { name: 'signer-file-intermediate-paths', kind: 'slice', help: 'certificates between that one and the root, PEM' },
    ...refusedFlags('signer-fulcio-', ['url', 'oidc-issuer', 'oidc-client-id', 'oidc-redirect-url', 'token', 'token-path'], later.fulcio),
    { name: 'signer-fulcio-use-http', kind: 'bool', help: '', hidden: true, refused: later.fulcio },
    ...refusedFlags('signer-kms-', ['ref', 'hashType', 'keyVersion'], later.kms),
    ...refusedFlags('signer-piv-', ['reader'], later.kms),
    ...refusedFlags('signer-spiffe-', ['socket-path'], later.kms),
    ...refusedFlags('signer-vault-', ['url', 'pki-secrets-engine-path', 'token', 'namespace', 'role', 'commonname', 'ttl'], later.kms),
  ]
}

/** Where evidence is stored and found. */
export const archivistaFlags: readonly Flag[] = [
  { name: 'enable-archivista', kind: 'bool', help: 'store evidence in an Archivista, or find it there' },
  { name: 'enable-archivist', kind: 'bool', help: 'the same', hidden: true },
  { name: 'archivista-server', kind: 'string', help: 'URL of the Archivista; there is no default server' },
  { name: 'archivist-server', kind: 'string', help: 'the same', hidden: true },
  { name: 'archivista-headers', kind: 'array', help: 'header of each request to it, as "Name: Value"' },
  { name: 'archivista-oidc', kind: 'bool', help: 'ask GitHub Actions for a token for each request; default: where it gives some' },
  { name: 'archivista-audience', kind: 'string', help: 'audience of that token; default: the URL of the Archivista' },
]

/** `--offline` and `--platform-url ""` ask for what is always so: nothing is contacted by default. */
export const platformFlags: readonly Flag[] = [
  { name: 'platform-url', kind: 'string', default: '', help: 'only "" is taken: nothing is contacted by default' },
  { name: 'offline', kind: 'bool', help: 'the same as --platform-url "": taken, since nothing is contacted by default' },
]

export const reasons: typeof later = later

export function refusedFlags(prefix: string, names: readonly string[], refused: string): readonly Flag[] {
  return names.map((name) => ({ name: `${prefix}${name}`, kind: 'string', help: '', hidden: true, refused }))
}
