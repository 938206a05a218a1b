import { archivistaFlags, globalFlags, platformFlags, reasons, refusedFlags, signerFlags } from './common.ts'
import type { Flag } from './flag.ts'
import { imageFlags } from './image-flags.ts'
import { policyTrustFlags } from './policy-trust-flags.ts'

/** Flags of `verify`. */
export const verifyFlags: readonly Flag[] = [
  { name: 'policy', short: 'p', kind: 'string', help: 'the signed policy' },
  { name: 'publickey', short: 'k', kind: 'string', help: 'public key of who signed the policy, PEM' },
  { name: 'attestations', short: 'a', kind: 'slice', help: 'files of envelopes' },
  { name: 'artifactfile', short: 'f', kind: 'string', help: 'the file that is to be let through' },
  { name: 'directory-path', kind: 'string', help: 'the directory that is to be let through' },
  { name: 'subjects', short: 's', kind: 'slice', help: 'digests of what is to be let through: sha256:<hex>' },
  { name: 'format', short: 'o', kind: 'string', default: 'text', help: 'text, or json: one object on stdout, whatever happens' },
  { name: 'bundle', kind: 'slice', help: 'evidence bundles' },
  { name: 'output-bundle', kind: 'string', help: 'where an evidence bundle goes of all that was looked at, on a pass as on a refusal' },
  { name: 'vsa-outfile', kind: 'string', help: 'where a verification summary goes, on a pass as on a refusal' },
  { name: 'report', kind: 'slice', help: 'where the whole report goes, by the end of the name: .json, .md, .html, .txt' },
  { name: 'rules', kind: 'string', default: 'strict', help: 'strict: all rules; compat: the answers of the Go tool' },
  { name: 'vsa-timestamp-servers', kind: 'slice', help: 'URLs of timestamp authorities, which timestamp the signature of that summary' },
  ...imageFlags,
  ...policyTrustFlags,
  { name: 'no-embedded-trust', kind: 'bool', help: 'taken: no trust is compiled into this tool' },
  { name: 'trust-discovery', kind: 'bool', help: '', hidden: true, refused: reasons.platform },
  ...refusedFlags('verifier-kms-', ['ref', 'hashType', 'keyVersion'], reasons.kms),
  ...archivistaFlags,
  ...platformFlags,
  ...signerFlags(false).map((flag): Flag => ({ ...flag, hidden: true })),
  ...globalFlags,
]
