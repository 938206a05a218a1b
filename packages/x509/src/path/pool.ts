import { sha256Hex } from '@cilock/core'
import type { Certificate } from '../certificate/certificate.ts'

/** A certificate that may be an issuer, and whether it is trusted. */
export interface Candidate {
  readonly certificate: Certificate
  readonly isRoot: boolean
}

const names = new WeakMap<Certificate, string>()

/** What a certificate is told apart by: its bytes. */
export function nameOf(certificate: Certificate): string {
  const name = names.get(certificate) ?? sha256Hex(certificate.der)
  names.set(certificate, name)
  return name
}

/** Certificates by the name of their subject, each once; one that is also a root is a root. */
export function poolOf(roots: readonly Certificate[], intermediates: readonly Certificate[]): ReadonlyMap<string, readonly Candidate[]> {
  const pool = new Map<string, Candidate[]>()
  const seen = new Set<string>()
  const add = (certificate: Certificate, isRoot: boolean): void => {
    const name = nameOf(certificate)
    if (seen.has(name)) return
    seen.add(name)
    const { key } = certificate.subject
    const namesakes = pool.get(key) ?? []
    namesakes.push({ certificate, isRoot })
    pool.set(key, namesakes)
  }
  for (const certificate of roots) add(certificate, true)
  for (const certificate of intermediates) add(certificate, false)
  return pool
}

/**
 * The candidates with the issuer's name: those whose key identifier is the one wanted first, those with another one last,
 * roots before others. An identifier decides only the order, since nobody signed for it.
 */
export function issuersOf(child: Certificate, pool: ReadonlyMap<string, readonly Candidate[]>): readonly Candidate[] {
  const rank = ({ certificate, isRoot }: Candidate): number => {
    const [wanted, has] = [child.authorityKeyId, certificate.subjectKeyId]
    const fit = wanted === undefined || has === undefined ? 1 : wanted === has ? 0 : 2
    return 2 * fit + (isRoot ? 0 : 1)
  }
  return (pool.get(child.issuer.key) ?? []).toSorted((a, b) => rank(a) - rank(b))
}

/** Whether a candidate would only lead in a circle: the same subject and key are in the path. */
export function isRepeated(candidate: Certificate, path: readonly Certificate[]): boolean {
  return path.some(({ subject, publicKey }) => subject.key === candidate.subject.key && publicKey.fingerprint === candidate.publicKey.fingerprint)
}
