import { CilockError, decodeBase64, encodeHex, encodePae, parseEnvelope, sha256Hex } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { certificateVerifier, findPath, parseCertificates } from '@cilock/x509'
import type { CertificateVerifier, TrustBundle } from '@cilock/x509'
import type { Check } from './check.ts'
import { CheckError } from './check.ts'
import type { Material } from './material.ts'

/** Certificates are read, paths searched at several times, and signatures with certificates judged, with every reason. */
export function certificateChecks(material: Material): readonly Check[] {
  return [...readChecks(material), ...certifiedChecks(material)]
}

function readChecks({ certificates }: Material): readonly Check[] {
  return Object.entries(certificates).map(([name, pem]) => ({
    name: `certificate: ${name}`,
    run: async () => {
      const [leaf, ...others] = parseCertificates(pem)
      if (leaf === undefined) throw new CheckError('no certificate was read')
      const roots = bundlesOf(certificates, 'x509-').flatMap((bundle) => bundle.roots)
      const intermediates = Object.values(certificates).flatMap((each) => parseCertificates(each))
      const times = [leaf.notBefore, leaf.notAfter, new Date('2020-01-01T00:00:00Z')]
      return digestOf([leaf, others, await Promise.all(times.map(async (at) => findPath({ leaf, intermediates, roots, at, purpose: 'codeSigning' })))])
    },
  }))
}

function certifiedChecks({ certificates, envelopes }: Material): readonly Check[] {
  const bundles = bundlesOf(certificates, 'x509-')
  const verifiers: Readonly<Record<string, CertificateVerifier>> = {
    timestamps: certificateVerifier({ bundles, timestampAuthorities: bundlesOf(certificates, 'tsa-') }),
    // after the recordings were made, and before most of their certificates end
    'a fallback': certificateVerifier({ bundles, purpose: 'any', fallbackTime: new Date('2026-11-23T00:00:00Z') }),
  }
  return envelopes.flatMap(({ name, bytes }) => {
    const envelope = envelopeIn(bytes)
    if (envelope?.signatures.some(({ certificate }) => certificate !== undefined) !== true) return []
    return Object.entries(verifiers).map(([by, verifier]) => ({ name: `certified by ${by}: ${name}`, run: async () => judged(envelope, verifier) }))
  })
}

/** Every root whose file's name begins so, by that name. */
function bundlesOf(certificates: Material['certificates'], prefix: string): readonly TrustBundle[] {
  const roots = Object.entries(certificates).filter(([name]) => name.startsWith(prefix) && name.includes('root'))
  return roots.map(([id, pem]) => ({ id, roots: parseCertificates(pem) }))
}

async function judged(envelope: Envelope, verifier: CertificateVerifier): Promise<string> {
  const message = encodePae(envelope.payloadType, envelope.payload)
  const checks = await Promise.all(envelope.signatures.map(async (signature) => verifier.check(message, signature)))
  const states = checks.map((check) => (check.state === 'refused' ? check.refusal.code : check.state))
  return `${states.join(' ')} ${digestOf(checks)}`
}

function envelopeIn(bytes: string): Envelope | undefined {
  try {
    return parseEnvelope(decodeBase64(bytes))
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}

/** Of everything that is in it, bytes as hexadecimal. */
function digestOf(value: unknown): string {
  return sha256Hex(JSON.stringify(value, (_, each: unknown) => (each instanceof Uint8Array ? encodeHex(each) : typeof each === 'bigint' ? String(each) : each)))
}
