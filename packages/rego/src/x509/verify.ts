import { verifyEcdsa, verifyEd25519 } from '../crypto/curves.ts'
import { digest, hashLengths } from '../crypto/hash.ts'
import { verifyPkcs1, verifyPss } from '../crypto/rsa.ts'
import { DerReader, Tag } from '../der/reader.ts'
import type { Certificate } from './certificate.ts'
import { respectsNameConstraints } from './name-constraints.ts'
import { subjectAltNameOid } from './oids.ts'
import { policiesValid } from './policies.ts'
import { isForHost } from './verify-hostname.ts'

export interface ChainOptions {
  /** Nanoseconds since 1970: the instant at which all certificates of the chain must be valid. */
  readonly now: bigint
  /** Empty: the name is not looked at. */
  readonly dnsName?: string
  /** Go's numbers; 0 is any usage. Default: server authentication. */
  readonly keyUsages?: readonly number[]
}

const serverAuth = 1
const certSign = 1 << 5
/** As many signatures as Go is willing to check for one chain. */
const maxSignatureChecks = 100

/**
 * The first chain (leaf first) from the last certificate to the first, over those between, as Go's `Verify` builds
 * it; undefined when there is none.
 */
export function verifyChain(certificates: readonly Certificate[], options: ChainOptions): readonly Certificate[] | undefined {
  const [root] = certificates
  const leaf = certificates.at(-1)
  if (root === undefined || leaf === undefined || certificates.length < 2) return undefined
  if (!isUsable(leaf, 'leaf', [], options.now)) return undefined
  if (options.dnsName !== undefined && options.dnsName !== '' && !isForHost(leaf, options.dnsName)) return undefined
  const search: Search = { root, intermediates: distinct(certificates.slice(1, -1)), now: options.now, checks: 0 }
  const chains = same(root, leaf) ? [[leaf]] : findChains(search, leaf, [leaf])
  const usages = options.keyUsages ?? []
  return chains.find(
    (chain) => policiesValid(chain) && (usages.includes(0) || allowsUsage(chain, usages.length === 0 ? [serverAuth] : usages)) && respectsNameConstraints(chain),
  )
}

interface Search {
  readonly root: Certificate
  readonly intermediates: readonly Certificate[]
  readonly now: bigint
  checks: number
}

function findChains(search: Search, child: Certificate, chain: readonly Certificate[]): readonly (readonly Certificate[])[] {
  const found: (readonly Certificate[])[] = []
  for (const [kind, candidates] of [
    ['root', [search.root]],
    ['intermediate', search.intermediates],
  ] as const) {
    for (const parent of parentsFirst(child, candidates)) {
      search.checks += 1
      if (search.checks > maxSignatureChecks) return found
      if (parent.publicKeyInfo.key === undefined || inChain(parent, chain) || !isSignedBy(child, parent) || !isUsable(parent, kind, chain, search.now)) continue
      const longer = [...chain, parent]
      if (kind === 'root') found.push(longer)
      else found.push(...findChains(search, parent, longer))
    }
  }
  return found
}

/** Those with the right name; key identifiers that agree come first, those that disagree last, as in Go's pool. */
function parentsFirst(child: Certificate, candidates: readonly Certificate[]): readonly Certificate[] {
  const wanted = child.fields.authorityKeyId
  const rank = (candidate: Certificate): number => {
    const has = candidate.fields.subjectKeyId
    if (wanted === undefined || wanted.length === 0 || has === undefined || has.length === 0) return wanted === undefined && has === undefined ? 0 : 1
    return wanted.join() === has.join() ? 0 : 2
  }
  return candidates.filter((candidate) => candidate.rawSubject.join() === child.rawIssuer.join()).sort((a, b) => rank(a) - rank(b))
}

function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  return certificates.filter((certificate, i) => certificates.findIndex((other) => same(other, certificate)) === i)
}

function same(a: Certificate, b: Certificate): boolean {
  return a.raw.join() === b.raw.join()
}

function inChain(candidate: Certificate, chain: readonly Certificate[]): boolean {
  const names = (certificate: Certificate): string | undefined => certificate.extensions.find(({ oid }) => oid === subjectAltNameOid)?.value.join()
  return chain.some(
    (certificate) =>
      certificate.rawSubject.join() === candidate.rawSubject.join() &&
      certificate.publicKeyInfo.raw.join() === candidate.publicKeyInfo.raw.join() &&
      names(certificate) === names(candidate),
  )
}

function isUsable({ fields, notBefore, notAfter }: Certificate, kind: 'leaf' | 'intermediate' | 'root', chain: readonly Certificate[], now: bigint): boolean {
  if (fields.unhandledCritical.length > 0) return false
  if (now < BigInt(notBefore.seconds) * 1_000_000_000n || now > BigInt(notAfter.seconds) * 1_000_000_000n) return false
  const constraints = fields.basicConstraints
  if (kind === 'intermediate' && constraints?.isCa !== true) return false
  return constraints === undefined || constraints.maxPathLength < 0 || chain.length - 1 <= constraints.maxPathLength
}

/** Extended key usages nest: each certificate that lists some must allow one that all the others allow. */
function allowsUsage(chain: readonly Certificate[], usages: readonly number[]): boolean {
  let left = usages
  for (const { fields } of chain.toReversed()) {
    const listed = fields.extendedKeyUsage
    if (listed === undefined || (listed.known.length === 0 && listed.unknown.length === 0) || listed.known.includes(0)) continue
    left = left.filter((usage) => listed.known.includes(usage))
    if (left.length === 0) return false
  }
  return true
}

function isSignedBy(child: Certificate, { version, fields, publicKeyInfo }: Certificate): boolean {
  const constraints = fields.basicConstraints
  if ((version === 3 && constraints === undefined) || constraints?.isCa === false) return false
  if (fields.keyUsage !== 0 && (fields.keyUsage & certSign) === 0) return false
  const { key } = publicKeyInfo
  const { key: algorithm, hash, pss } = child.signatureAlgorithm
  if (key === undefined || key.kind !== algorithm) return false
  // Collisions are known for these two, so Go takes neither in a certificate.
  if (hash === 'md5' || hash === 'sha1') return false
  if (key.kind === 'ed25519') return verifyEd25519(key.bytes, child.rawTbs, child.signature)
  if (hash === undefined) return false
  const hashed = digest(hash, child.rawTbs)
  if (key.kind === 'rsa') {
    return pss === true ? verifyPss(key, hash, hashed, child.signature, hashLengths[hash]) : verifyPkcs1(key, hash, hashed, child.signature)
  }
  if (key.kind !== 'ec') return false
  const outer = new DerReader(child.signature)
  const pair = outer.enter(Tag.sequence)
  const [r, s] = [pair?.integer(), pair?.integer()]
  return r !== undefined && s !== undefined && outer.empty && pair?.empty === true && verifyEcdsa(key.curve, key, hashed, r, s)
}
