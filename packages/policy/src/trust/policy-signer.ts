import { CilockError, encodePae } from '@cilock/core'
import type { Envelope, EnvelopeSignature, SignerIdentity, Verifier, VerifySignatureOptions } from '@cilock/core'
import { certificateVerifier, parseCertificates } from '@cilock/x509'
import type { Certificate, CertificateCheckOptions, CertificateIdentity, TimestampAuthority } from '@cilock/x509'
import type { CertConstraintMembers } from '../document/members.ts'
import { argument, aText, aTime, listOf, object, optional } from '../argument.ts'
import { constraintMismatch } from './cert-constraint.ts'
import { describeIdentity } from './identity.ts'
import { someExtensions } from './some-extensions.ts'

/**
 * Whose certificate may sign a policy. What is said has to hold; globs are allowed. A certificate authority alone is never
 * enough: something has to be said of the signer.
 */
export interface SignerConstraint {
  /** The subject's common name. */
  readonly commonName?: string
  /** The DNS names that the certificate has: these and no others. */
  readonly dnsNames?: readonly string[]
  /** Its e-mail addresses. */
  readonly emails?: readonly string[]
  /** The subject's organizations. */
  readonly organizations?: readonly string[]
  /** Its URIs: for Fulcio the workflow or service that signed. */
  readonly uris?: readonly string[]
  /** Fulcio's extensions by CI/lock's names: `Issuer`, `SourceRepositoryURI` … */
  readonly extensions?: Readonly<Record<string, string>>
}

/** Whom to trust, and who of those may sign policies. */
export interface PolicySignerOptions {
  /** PEM text of the certificates that are trusted. As in CI/lock, one that another issued is an intermediate and not a root. */
  readonly roots: string
  /** PEM text of certificates between them and the signer's. Default: those beside the signature alone. */
  readonly intermediates?: string
  /** PEM texts of timestamp authorities, one for each. Without one nothing that a certificate signed is believed. */
  readonly timestampAuthorities: readonly string[]
  /** Who may sign. Names that are given as `*` are taken, as in CI/lock: where all are, everybody whom the authority certifies may. */
  readonly signer: SignerConstraint
  /** Timestamps that lie ahead of it are refused. Default: none is. */
  readonly now?: Date
}

const texts = optional(listOf(aText))
const signerOptions = object({
  roots: aText,
  intermediates: optional(aText),
  timestampAuthorities: listOf(aText),
  signer: object({ commonName: optional(aText), dnsNames: texts, emails: texts, organizations: texts, uris: texts, extensions: optional(someExtensions) }),
  now: optional(aTime),
})

/** A verifier of policies that were signed with a certificate. */
export interface PolicySigner extends Verifier {
  /** As any verifier. `onSignatureCheck` is told of each signature of a timestamp and between certificates, before it is verified. */
  readonly verify: (message: Uint8Array, signature: EnvelopeSignature, options?: VerifySignatureOptions & CertificateCheckOptions) => Promise<SignerIdentity | undefined>
  /** Why it vouches for none of the signatures of an envelope: one sentence for each, with the identities seen. */
  readonly reasons: (envelope: Envelope, options?: CertificateCheckOptions) => Promise<readonly string[]>
  /** What is weaker than it looks in what was said of the signer: one sentence for each. */
  readonly warnings: readonly string[]
}

/**
 * Lets whoever holds a certificate as described sign a policy, for `policyVerifiers`. The time at which the certificate is
 * judged is that of a timestamp authority, as in CI/lock.
 *
 * Where a name is not constrained, a certificate that has such a name is refused, unless nothing but extensions is
 * constrained; a common name may be left out where an e-mail address or a URI is given.
 *
 * @throws TypeError when nothing is said of the signer, or nothing but wildcards in extensions; for an extension of another name, and wrong arguments
 * @throws CilockError `ERR_CERTIFICATE_MALFORMED` when a PEM text holds no certificates, `ERR_CERTIFICATE_PATH` when `roots` holds no root
 * @example
 * const policyVerifiers = [policySigner({ roots, timestampAuthorities: [tsa], signer: { emails: ['release@example.com'], extensions: { Issuer: 'https://accounts.example.com' } } })]
 */
export function policySigner(options: PolicySignerOptions): PolicySigner {
  signerOptions(options, argument('policySigner', 'options'))
  const { roots, intermediates, timestampAuthorities, signer, now } = options
  const { commonName, dnsNames, emails, organizations, uris, extensions = {} } = signer
  const isNamed = [commonName, dnsNames, emails, organizations, uris].some((given) => given !== undefined)
  const isPinnedByExtension = Object.values(extensions).some(pins)
  if (!isNamed && !isPinnedByExtension) throw new TypeError('signer has to say who may sign: a certificate authority alone makes a policy signer of everybody whom it certifies')
  const given = parseCertificates(roots)
  if (!given.some(({ selfIssued }) => selfIssued)) throw new CilockError('ERR_CERTIFICATE_PATH', 'expected a root among the certificates of the policy signer\'s authority, found none that is issued by itself')
  const certificates = certificateVerifier({
    bundles: [{ id: 'policy', roots: given.filter(({ selfIssued }) => selfIssued) }],
    intermediates: [...given.filter(({ selfIssued }) => !selfIssued), ...(intermediates === undefined ? [] : parseCertificates(intermediates))],
    timestampAuthorities: timestampAuthorities.map((pem, index): TimestampAuthority => ({ id: `${index}`, roots: parseCertificates(pem) })),
    ...(now !== undefined && { timestampRules: { now } }),
  })
  const isPinned = pins(commonName) || [emails, uris, dnsNames, organizations].some(pinsList) || isPinnedByExtension
  const constraintFor = (certificate: Certificate): CertConstraintMembers => {
    const anything = ['*']
    const list = (wanted: readonly string[] | undefined, found: readonly string[]): readonly string[] => {
      if (!isNamed) return anything
      return (wanted ?? []).length === 0 && found.length === 0 && isPinned ? anything : (wanted ?? [])
    }
    return {
      commonname: !isNamed || ((commonName ?? '') === '' && (pinsList(emails) || pinsList(uris))) ? '*' : (commonName ?? ''),
      dnsnames: list(dnsNames, certificate.names.dnsNames),
      emails: list(emails, certificate.names.emails),
      organizations: list(organizations, certificate.subject.organizations),
      uris: list(uris, certificate.names.uris),
      roots: anything,
      extensions,
    }
  }
  const judge = async (message: Uint8Array, signature: EnvelopeSignature, options?: CertificateCheckOptions): Promise<CertificateIdentity | string | undefined> => {
    const judged = await certificates.check(message, signature, options)
    if (judged.state === 'absent') return undefined
    if (judged.state === 'refused') return `${judged.refusal.code}: ${judged.refusal.message}`
    const mismatch = constraintMismatch(constraintFor(judged.identity.certificate), judged.identity, { emptyConstraints: true })
    return mismatch === undefined ? judged.identity : `it is signed by ${describeIdentity(judged.identity.certificate)}, and ${mismatch.message}`
  }
  return {
    warnings: isPinned ? [] : ['whoever has any certificate of the policy signer’s authority may sign policies: all that is said of the signer are wildcards'],
    verify: async (message, signature, how) => {
      const judged = await judge(message, signature, how)
      return typeof judged === 'string' ? undefined : judged
    },
    reasons: async (envelope, how) => {
      const message = encodePae(envelope.payloadType, envelope.payload)
      const reasons: string[] = []
      for (const signature of envelope.signatures) {
        const judged = await judge(message, signature, how)
        if (typeof judged === 'string') reasons.push(judged)
      }
      return [...new Set(reasons)].sort()
    },
  }
}

function pins(text: string | undefined): boolean {
  return text !== undefined && !/^\**$/.test(text)
}

function pinsList(list: readonly string[] | undefined): boolean {
  return list !== undefined && list.length > 0 && list.every(pins)
}
