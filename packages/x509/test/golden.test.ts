import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePae, parseEnvelope } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'
import { certificateVerifier, parseCertificate, parseCertificates, type Certificate, type CertificateVerifier } from '@cilock/x509'
import { describe, expect, it } from 'vitest'

interface GoldenCase {
  readonly id: string
  readonly kind: string
  readonly clock: string
  readonly policy: string
  readonly policyPlain: string | null
  readonly results: { readonly cilock: { readonly argv: readonly string[] } }
  readonly attestations: readonly string[]
  readonly interpretation: { readonly expected: 'pass' | 'fail'; readonly cause: string | null }
}

type Roots = Readonly<Record<string, { readonly certificate: string; readonly intermediates?: readonly string[] | null }>>

const golden = vectors('golden/verify')

/** What is expected of a signature's certificate and timestamps: `verified`, `absent`, a code, or the code of the path. */
const refusedEvidence: Readonly<Record<string, readonly string[]>> = {
  'evx509-attacker-intermediate': ['ERR_PATH_ISSUER_UNKNOWN'],
  'evx509-boundary-after': ['ERR_PATH_EXPIRED'],
  'evx509-cert-and-raw': ['absent'],
  'evx509-cert-attached-to-raw-sig': ['ERR_CERTIFICATE_SIGNATURE'],
  'evx509-cert-attached-to-raw-sig-keyid': ['ERR_CERTIFICATE_SIGNATURE'],
  'evx509-cert-mismatch': ['ERR_CERTIFICATE_SIGNATURE'],
  'evx509-cert-raw-der': ['ERR_CERTIFICATE_MALFORMED'],
  'evx509-critical-extension': ['ERR_PATH_CRITICAL_EXTENSION'],
  'evx509-expired-at-signing': ['ERR_PATH_EXPIRED'],
  'evx509-issuer-expired': ['ERR_PATH_EXPIRED'],
  'evx509-leaf-below-leaf': ['ERR_PATH_NOT_CA'],
  // free: Go looks at no key usage of a leaf
  'evx509-leaf-is-ca': ['ERR_PATH_KEY_USAGE'],
  'evx509-no-tsa-in-policy': ['ERR_TIMESTAMP_MISSING'],
  'evx509-not-yet-valid': ['ERR_PATH_NOT_YET_VALID'],
  'evx509-pathlen': ['ERR_PATH_LENGTH'],
  'evx509-tsa-after-expiry': ['ERR_TIMESTAMP_UNTRUSTED'],
  'evx509-tsa-codesign': ['ERR_TIMESTAMP_UNTRUSTED'],
  'evx509-tsa-empty-list': ['ERR_TIMESTAMP_MISSING'],
  'evx509-tsa-ess-mismatch': ['ERR_TIMESTAMP_SIGNING_CERTIFICATE'],
  'evx509-tsa-extra-eku': ['ERR_TIMESTAMP_UNTRUSTED'],
  'evx509-tsa-fake-text': ['ERR_TIMESTAMP_MALFORMED'],
  'evx509-tsa-future': ['ERR_TIMESTAMP_FUTURE'],
  'evx509-tsa-gentime-outside': ['ERR_TIMESTAMP_UNTRUSTED'],
  'evx509-tsa-inter-missing': ['ERR_TIMESTAMP_UNTRUSTED'],
  'evx509-tsa-junk': ['ERR_TIMESTAMP_MALFORMED'],
  'evx509-tsa-no-cert': ['ERR_TIMESTAMP_SIGNER'],
  'evx509-tsa-no-eku': ['ERR_TIMESTAMP_UNTRUSTED'],
  'evx509-tsa-null': ['ERR_TIMESTAMP_MISSING'],
  'evx509-tsa-response': ['ERR_TIMESTAMP_MALFORMED'],
  'evx509-tsa-token-tampered': ['ERR_TIMESTAMP_SIGNATURE'],
  'evx509-tsa-two-signerinfos': ['ERR_TIMESTAMP_SIGNER'],
  'evx509-tsa-untrusted': ['ERR_TIMESTAMP_UNTRUSTED'],
  'evx509-twin-root': ['ERR_PATH_SIGNATURE'],
  'evx509-two-certs-one-good': ['ERR_PATH_ISSUER_UNKNOWN', 'verified'],
  'evx509-wrong-root': ['ERR_PATH_ISSUER_UNKNOWN'],
}

/** The same for the signatures of policies. Those whose identity is at fault are verified here: who may sign is for the policy engine. */
const refusedPolicies: Readonly<Record<string, readonly string[]>> = {
  'polx509-inter-missing': ['ERR_PATH_ISSUER_UNKNOWN'],
  'polx509-inter-not-anchor': ['ERR_PATH_ISSUER_UNKNOWN'],
  'polx509-no-timestamp': ['ERR_TIMESTAMP_MISSING'],
  'polx509-no-tsa-flag': ['ERR_TIMESTAMP_MISSING'],
  'polx509-raw-key-of-cert': ['absent'],
  'polx509-raw-key-with-constraints': ['absent'],
  'polx509-tls-eku': ['ERR_PATH_EXTENDED_KEY_USAGE'],
  'polx509-tsa-other-bytes': ['ERR_TIMESTAMP_IMPRINT'],
  'polx509-tsa-untrusted': ['ERR_TIMESTAMP_UNTRUSTED'],
  'polx509-two-signatures-forged-cert': ['ERR_CERTIFICATE_SIGNATURE', 'verified'],
  'polx509-untrusted-self-signed': ['ERR_PATH_ISSUER_UNKNOWN'],
}

describe.skipIf(golden === undefined)(golden === undefined ? skipped('golden/verify') : 'the recorded worlds with certificates', () => {
  const folder = join(golden ?? '', 'cases')
  const cases = golden === undefined ? [] : readdirSync(folder).map((id) => JSON.parse(readFileSync(join(folder, id, 'case.json'), 'utf8')) as GoldenCase)
  const read = (id: string, file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, id, file)))
  const decode = (text: string): Certificate => parseCertificate(new Uint8Array(Buffer.from(text, 'base64')))

  it('reads every certificate of the pool', () => {
    const pool = join(golden ?? '', 'pool/certs')
    const certificates = readdirSync(pool).map((file) => parseCertificate(new Uint8Array(readFileSync(join(pool, file)))))
    expect(certificates.length).toBeGreaterThan(80)
    expect(certificates.flatMap(({ fulcio }) => fulcio.malformed)).toEqual(['Issuer', 'Issuer'])
    expect(certificates.flatMap(({ fulcio }) => fulcio.conflicting)).toEqual(['Issuer'])
  })

  const outcomesOf = async (verifier: CertificateVerifier, bytes: Uint8Array): Promise<readonly string[]> => {
    const { payload, payloadType, signatures } = parseEnvelope(bytes)
    const outcomes: string[] = []
    for (const signature of signatures) {
      const check = await verifier.check(encodePae(payloadType, payload), signature)
      outcomes.push(check.state === 'refused' ? (check.refusal.failures[0]?.failure.code ?? check.refusal.code) : check.state)
    }
    return outcomes
  }

  const evidence = cases.filter(({ kind, policyPlain }) => (kind === 'evx509' || kind.startsWith('cons')) && policyPlain !== null)
  const withRoots = evidence.flatMap((each) => {
    const { roots, timestampauthorities } = JSON.parse(Buffer.from(read(each.id, each.policyPlain ?? '')).toString()) as { readonly roots?: Roots; readonly timestampauthorities?: Roots }
    return roots === undefined ? [] : [[each.id, each, roots, timestampauthorities ?? {}] as const]
  })

  it.each(withRoots)('%s', async (id, { clock, attestations, interpretation }, roots, authorities) => {
    const certificatesOf = ({ certificate, intermediates }: Roots[string]): readonly Certificate[] => [certificate, ...(intermediates ?? [])].map(decode)
    const verifier = certificateVerifier({
      bundles: Object.entries(roots).map(([bundle, { certificate, intermediates }]) => ({ id: bundle, roots: [decode(certificate)], intermediates: (intermediates ?? []).map(decode) })),
      timestampAuthorities: Object.entries(authorities).map(([authority, root]) => ({ id: authority, roots: certificatesOf(root) })),
      timestampRules: { now: new Date(clock) },
    })
    const outcomes = (await Promise.all(attestations.map(async (file) => outcomesOf(verifier, read(id, file))))).flat()
    const expected = refusedEvidence[id]
    if (expected === undefined) expect(new Set(outcomes)).toEqual(new Set(['verified']))
    else expect(outcomes).toEqual(expected)
    // what the recording blames on the signature is refused here, and nothing else is
    if (interpretation.cause === 'evidence-signature') expect(outcomes).not.toContain('verified')
  })

  const policies = cases.filter(({ kind }) => kind === 'polx509').filter(({ id }) => !['polx509-cert-sig-but-key-given', 'polx509-only-inter-in-roots'].includes(id))

  it.each(policies.map((each) => [each.id, each] as const))('%s', async (id, { clock, policy, results }) => {
    const { argv } = results.cilock
    const filesOf = (flag: string): readonly Certificate[] =>
      argv.flatMap((value, index) => (argv[index - 1] === flag ? parseCertificates(read(id, value)) : []))
    // as the tool sorts a bundle: what is not self-signed is an intermediate
    const given = filesOf('--policy-ca-roots')
    const roots = given.filter(({ selfIssued }) => selfIssued)
    const authorities = filesOf('--policy-timestamp-servers')
    const verifier = certificateVerifier({
      bundles: roots.map((root, index) => ({ id: String(index), roots: [root] })),
      intermediates: [...given.filter(({ selfIssued }) => !selfIssued), ...filesOf('--policy-ca-intermediates')],
      timestampAuthorities: authorities.length === 0 ? [] : [{ id: 'tsa', roots: authorities }],
      timestampRules: { now: new Date(clock) },
    })
    expect(await outcomesOf(verifier, read(id, policy))).toEqual(refusedPolicies[id] ?? ['verified'])
  })

  it('are all there', () => {
    expect(existsSync(folder)).toBe(true)
    expect(withRoots.length).toBeGreaterThan(140)
    expect(policies.length).toBeGreaterThan(25)
  })
})
