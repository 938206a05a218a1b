import { encodeHex } from '@cilock/core'
import type { EnvelopeSignature, SignerIdentity, Verifier } from '@cilock/core'
import { certificateVerifier } from '@cilock/x509'
import type { CertificateIdentity, CertificateRefusal, CertificateVerifier } from '@cilock/x509'
import type { Authorities } from '../document/authorities.ts'
import type { PolicyKey } from '../document/keys.ts'

/** Whom a policy lets vouch for evidence, at the time of a verification. */
export interface EvidenceSigners {
  /** What they are, for messages. */
  readonly vouches: string
  /** How many verifiers each signature is held against. */
  readonly count: number
  /**
   * Verifiers that note what they see of certificates, for one envelope. Each signature of a timestamp or between certificates
   * is told of before it is verified.
   */
  readonly watch: (onSignatureCheck: () => void) => WatchedSigners
}

export interface WatchedSigners {
  readonly verifiers: readonly Verifier[]
  readonly identities: readonly CertificateIdentity[]
  readonly refusals: readonly CertificateRefusal[]
}

/** Raw keys first, as they cost less; certificates where the policy has roots. What a policy says of them is looked at once. */
export function evidenceSigners(keys: readonly PolicyKey[], { bundles, timestampAuthorities }: Authorities): (now: Date) => EvidenceSigners {
  const raw = keys.map(({ verifier }) => verifier)
  if (bundles.length === 0) return () => ({ vouches: 'a key of the policy', count: raw.length, watch: () => ({ verifiers: raw, identities: [], refusals: [] }) })
  const certificates = certificateVerifier({ bundles, timestampAuthorities })
  return (now) => signersAt(raw, certificates.at(now))
}

function signersAt(raw: readonly Verifier[], certificates: CertificateVerifier): EvidenceSigners {
  return {
    vouches: 'a key or a certificate of the policy',
    count: raw.length + 1,
    watch: (onSignatureCheck) => {
      const identities: CertificateIdentity[] = []
      const refusals: CertificateRefusal[] = []
      const watching: Verifier = {
        verify: async (message: Uint8Array, signature: EnvelopeSignature): Promise<SignerIdentity | undefined> => {
          const judged = await certificates.check(message, signature, { onSignatureCheck })
          if (judged.state === 'refused') refusals.push(judged.refusal)
          if (judged.state !== 'verified') return undefined
          identities.push(judged.identity)
          return judged.identity
        },
      }
      return { verifiers: [...raw, watching], identities, refusals }
    },
  }
}

/** Each certificate once, at the earliest time at which it signed; in a fixed order. */
export function distinctIdentities(identities: readonly CertificateIdentity[]): readonly CertificateIdentity[] {
  if (identities.length < 2) return identities
  const first = new Map<string, CertificateIdentity>()
  for (const identity of identities) {
    const key = `${identity.fingerprint}/${encodeHex(identity.certificate.der)}`
    const known = first.get(key)
    if (known === undefined || identity.time.time < known.time.time) first.set(key, identity)
  }
  return [...first].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, identity]) => identity)
}
