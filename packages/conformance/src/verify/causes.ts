/** The codes that say what a recording calls a cause. */
const codes: Readonly<Record<string, readonly string[]>> = {
  ai: ['ERR_POLICY_AI'],
  artifacts: ['ERR_ARTIFACTS_MISMATCH'],
  'evidence-payload-type': ['ERR_EVIDENCE_PAYLOAD_TYPE'],
  'evidence-signature': ['ERR_EVIDENCE_SIGNATURE'],
  // read by the source already, or by the verification
  'evidence-statement': ['ERR_EVIDENCE_INVALID', 'ERR_EVIDENCE_STATEMENT', 'ERR_MALFORMED'],
  'evidence-tree': ['ERR_EVIDENCE_INVALID'],
  // whatever turns an external attestation down; that it is one says the cause itself
  external: ['ERR_NO_EXTERNAL', 'ERR_REGO_DENIED', 'ERR_EVIDENCE_STATEMENT', 'ERR_EVIDENCE_SIGNATURE', 'ERR_FUNCTIONARY_MISMATCH', 'ERR_SUBJECT_MISMATCH'],
  functionary: ['ERR_FUNCTIONARY_MISMATCH'],
  'missing-attestation': ['ERR_ATTESTATION_MISSING'],
  'no-collection': ['ERR_NO_COLLECTION'],
  'policy-document': ['ERR_POLICY_DOCUMENT'],
  'policy-empty': ['ERR_POLICY_EMPTY'],
  'policy-envelope': ['ERR_MALFORMED'],
  'policy-expired': ['ERR_POLICY_EXPIRED'],
  'policy-key': ['ERR_POLICY_KEY'],
  'policy-payload-type': ['ERR_POLICY_PAYLOAD_TYPE'],
  'policy-root': ['ERR_POLICY_ROOT'],
  'policy-signature': ['ERR_POLICY_SIGNATURE'],
  'predicate-type': ['ERR_EVIDENCE_PREDICATE_TYPE'],
  rego: ['ERR_REGO_DENIED', 'ERR_REGO_FAILED', 'ERR_POLICY_REGO'],
  subject: ['ERR_SUBJECT_MISMATCH'],
  timestamp: ['ERR_TIMESTAMP'],
  usage: ['ERR_USAGE'],
}

/** Cases whose first cause is told by another code, and rightly so. */
const others: readonly { readonly code: string; readonly why: string; readonly ids: readonly string[] }[] = [
  {
    code: 'ERR_EVIDENCE_INVALID',
    why: 'a tree that is not what its leaves make it is no evidence, whatever it would have been used for',
    ids: ['artifacts-v3-empty-leaves-nonempty-root', 'artifacts-v3-forged-leaf', 'artifacts-v3-forged-upstream', 'artifacts-v3-oldleaf', 'tree-dup-path', 'tree-leaf-forged', 'tree-leaf-removed', 'tree-uncollapsed', 'tree-upper-root'],
  },
  { code: 'ERR_EVIDENCE_INVALID', why: 'the evidence contradicts itself', ids: ['input-oci'] },
  { code: 'ERR_LIMIT_EXCEEDED', why: 'a limit ends it', ids: ['evidence-stmt-deep-20000', 'poldoc-payload-deep-9999', 'poldoc-payload-deep-nesting', 'rego-runaway'] },
  { code: 'ERR_NO_COLLECTION', why: 'what is no collection, or has no name, is found for no step', ids: ['evidence-pred-name-number', 'evidence-ctype-other', 'evidence-ctype-v02'] },
  { code: 'ERR_MALFORMED', why: 'what is no envelope, or no statement, is not read at all', ids: ['polenv-file-plain-policy', 'polenv-payload-type-missing', 'polenv-signatures-missing', 'evidence-ctype-empty', 'evidence-env-dup-signatures', 'evidence-file-junk', 'evidence-file-junk-next-to-good', 'external-cosign-sigstore-bundle'] },
  { code: 'ERR_POLICY_DOCUMENT', why: 'the document says it, before any evidence is looked at', ids: ['cons-ext-unknown-key', 'cons-roots-absent', 'poldoc-regopolicies-null-entry'] },
  { code: 'ERR_POLICY_KEY', why: 'the key in the policy is none', ids: ['env-gocert-publickey-cert'] },
  { code: 'ERR_KEY_UNSUPPORTED', why: 'the key handed in cannot be used', ids: ['polkey-rsa1024', 'poltrust-key-certificate', 'poltrust-key-private'] },
  { code: 'ERR_REGO_DENIED', why: 'the step before was denied by its rule', ids: ['artifacts-upstream-fails'] },
  { code: 'ERR_CERTIFICATE_PATH', why: 'what is given as roots holds none', ids: ['polx509-only-inter-in-roots'] },
  { code: 'ERR_FILE_UNREADABLE', why: 'the file is not there', ids: ['evidence-file-missing'] },
  { code: 'ERR_MALFORMED', why: 'a bundle without its entries, or with one twice, is none', ids: ['bundle-dot-slash', 'bundle-dup-entry', 'bundle-missing-lines', 'bundle-missing-manifest'] },
  { code: 'ERR_COMPRESSION_INVALID', why: 'a bundle is compressed', ids: ['bundle-junk', 'bundle-not-gzip'] },
  { code: 'ERR_BUNDLE_VERSION', why: 'a bundle says its format', ids: ['bundle-schema-other'] },
  { code: 'ERR_DUPLICATE_REFERENCE', why: 'the file is named twice', ids: ['evidence-file-twice'] },
]

/** Codes of what the runner's command line does not take yet, whatever its recording is about. */
const notTaken = new Set(['ERR_USAGE'])

/** Whether a code tells what a recording names as the first cause of a refusal. */
export function tellsCause(id: string, cause: string | null, code: string): boolean {
  if (cause === null || notTaken.has(code)) return true
  return codes[cause]?.includes(code) === true || others.some((other) => other.code === code && other.ids.includes(id))
}
