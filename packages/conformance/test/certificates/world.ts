import { collectionType, encodeBase64, encodeJson, encodeUtf8, generateKey, inTotoPayloadType, memorySource, sha256Hex, signEnvelope, statementTypeV01 } from '@cilock/core'
import type { Envelope, Signer, Timestamper, Verifier } from '@cilock/core'
import { evaluate, firstCause, policyPayloadType } from '@cilock/policy'
import type { CertConstraintDocument, Report, VerifyRulesOption } from '@cilock/policy'
import { certificateOf, policyCertificate, timestamperOf } from '@cilock/testing/x509'
import type { CertificateOptions, MadeCertificate } from '@cilock/testing/x509'

export const now = new Date('2026-06-01T12:00:00Z')
export const signedAt = new Date('2026-06-01T11:00:00Z')
export const commandRun = 'https://aflock.ai/attestations/command-run/v0.1'
export const app = `sha256:${sha256Hex('app')}`

/** Made once: who issues what is all that tests care about. */
export const [root, otherRoot, tsaRoot] = await Promise.all([certificateOf({ seed: 'root' }), certificateOf({ seed: 'other root' }), certificateOf({ seed: 'tsa root' })])
export const inter = await root.issue({ seed: 'inter', kind: 'authority' })
export const tsa = await tsaRoot.issue({ seed: 'tsa', kind: 'timestamper' })
export const release = await generateKey('ed25519')

/** A certificate that may sign, below the intermediate. */
export async function leaf(options: Omit<CertificateOptions, 'issuer'> = {}, issuer: MadeCertificate = inter): Promise<MadeCertificate> {
  return issuer.issue({ seed: 'leaf', subject: { commonName: 'build' }, ...options })
}

export function timestamps(time: Date = signedAt, authority: MadeCertificate = tsa): Timestamper {
  return timestamperOf(authority, () => time)
}

export interface CollectionSpec {
  readonly signers: readonly Signer[]
  /** Default: one token of the trusted authority, an hour ago. */
  readonly timestampers?: readonly Timestamper[]
}

export async function collection({ signers, timestampers = [timestamps()] }: CollectionSpec): Promise<Envelope> {
  const predicate = { name: 'build', attestations: [{ type: commandRun, attestation: { cmd: ['make'], exitcode: 0 } }] }
  const statement = { _type: statementTypeV01, subject: [{ name: 'app', digest: { sha256: sha256Hex('app') } }], predicateType: collectionType, predicate }
  return signEnvelope({ payload: encodeJson(statement), payloadType: inTotoPayloadType, signers, timestampers })
}

/** A constraint that lets anybody of the root through, but for what is said. */
export function constraint(spec: CertConstraintDocument = {}): CertConstraintDocument {
  return { commonname: '*', dnsnames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'], roots: ['root'], ...spec }
}

export interface PolicySpec {
  readonly functionaries?: readonly unknown[]
  readonly certConstraint?: CertConstraintDocument
  readonly roots?: Readonly<Record<string, unknown>>
  readonly timestampauthorities?: Readonly<Record<string, unknown>>
  readonly publickeys?: Readonly<Record<string, unknown>>
  readonly timestampConstraint?: unknown
}

export function policyOf(spec: PolicySpec = {}): Readonly<Record<string, unknown>> {
  const { functionaries, certConstraint = constraint(), roots, timestampauthorities, publickeys = {}, timestampConstraint } = spec
  return {
    expires: '2030-01-01T00:00:00Z',
    publickeys,
    roots: roots ?? { root: { certificate: policyCertificate(root), intermediates: [policyCertificate(inter)] } },
    timestampauthorities: timestampauthorities ?? { tsa: { certificate: policyCertificate(tsaRoot) } },
    steps: {
      build: {
        name: 'build',
        functionaries: functionaries ?? [{ type: 'root', certConstraint }],
        attestations: [{ type: commandRun }],
        ...(timestampConstraint !== undefined && { timestampConstraint }),
      },
    },
  }
}

export function publicKeys(...keys: readonly { readonly signer: Signer; readonly publicKeyPem: string }[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.map(({ signer: { keyid }, publicKeyPem }) => [keyid, { keyid, key: encodeBase64(encodeUtf8(publicKeyPem)) }]))
}

export interface Judged {
  readonly policy?: Readonly<Record<string, unknown>>
  readonly policyEnvelope?: Envelope
  readonly policyVerifiers?: readonly Verifier[]
  readonly evidence: readonly Envelope[]
  readonly rules?: VerifyRulesOption
}

export async function judge({ policy = policyOf(), policyEnvelope, policyVerifiers = [release.verifier], evidence, rules }: Judged): Promise<Report> {
  return evaluate({
    policy: policyEnvelope ?? (await signEnvelope({ payload: encodeJson(policy), payloadType: policyPayloadType, signers: [release.signer] })),
    policyVerifiers,
    subjects: [app],
    source: memorySource(evidence),
    types: [],
    now,
    ...(rules !== undefined && { rules }),
  })
}

/** `passed`, or the check and the code of the first cause. */
export async function cause(judged: Judged): Promise<string> {
  const report = await judge(judged)
  const found = firstCause(report)
  return found === undefined ? report.verdict : `${found.check.code} ${found.code}`
}

/** What a policy with this constraint says to a certificate. */
export async function constrained(certificate: Omit<CertificateOptions, 'issuer'>, spec: CertConstraintDocument, rules?: VerifyRulesOption): Promise<string> {
  const { signer } = await leaf(certificate)
  return cause({ policy: policyOf({ certConstraint: constraint(spec) }), evidence: [await collection({ signers: [signer] })], ...(rules !== undefined && { rules }) })
}
