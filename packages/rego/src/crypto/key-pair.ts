import { builtinError } from '../builtins/operands.ts'
import { encodeBase64 } from '../encoding/base64-bytes.ts'
import { decodePem } from '../encoding/pem.ts'
import { rethrowExhaustion } from '../guarded.ts'
import type { JsonObject } from '../value/value.ts'
import { parseCertificate, type Certificate } from '../x509/certificate.ts'
import { certificateJson } from '../x509/json.ts'
import { parsePkcs1, parsePkcs8, parseSec1, privateKeyJson, type PrivateKey } from '../x509/private-key.ts'
import { base64Bytes } from './inputs.ts'

/** What Go's `tls.X509KeyPair` gives for a certificate chain and the key of its first certificate, as JSON. */
export function keyPairJson(certificates: string, key: string): JsonObject {
  const chain = pemBlocks(certificates, 'CERTIFICATE', 'certificate', (type) => type === 'CERTIFICATE')
  const [keyDer] = pemBlocks(key, 'PRIVATE KEY', 'key', (type) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))
  const [first] = chain
  if (first === undefined || keyDer === undefined) throw builtinError('tls: failed to find any PEM data in certificate input')
  const leaf = parseCertificate(first)
  const privateKey = parseAnyKey(keyDer)
  checkPair(leaf, privateKey)
  return {
    Certificate: chain.map((der) => encodeBase64(der)),
    PrivateKey: privateKeyJson(privateKey),
    SupportedSignatureAlgorithms: null,
    OCSPStaple: null,
    SignedCertificateTimestamps: null,
    Leaf: certificateJson(leaf),
  }
}

function pemBlocks(text: string, defaultType: string, kind: 'certificate' | 'key', wanted: (type: string) => boolean): readonly Uint8Array[] {
  let pem = text
  if (!pem.startsWith('-----BEGIN ')) {
    const bytes = base64Bytes(text)
    pem = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    if (!pem.startsWith('-----BEGIN ')) pem = `-----BEGIN ${defaultType}-----\n${encodeBase64(bytes)}\n-----END ${defaultType}-----\n`
  }
  const found: Uint8Array[] = []
  const skipped: string[] = []
  for (let block = decodePem(pem); block !== undefined; block = decodePem(block.rest)) {
    if (wanted(block.type)) found.push(block.bytes)
    else skipped.push(block.type)
    if (kind === 'key' && found.length > 0) break
  }
  if (found.length === 0) throw builtinError(`tls: ${missing(kind, skipped)}`)
  return found
}

function missing(kind: 'certificate' | 'key', skipped: readonly string[]): string {
  const [only] = skipped
  if (only === undefined) return `failed to find any PEM data in ${kind} input`
  const list = `after skipping PEM blocks of the following types: [${skipped.join(' ')}]`
  if (kind === 'key') {
    if (skipped.length === 1 && only === 'CERTIFICATE') return 'found a certificate rather than a key in the PEM for the private key'
    return `failed to find PEM block with type ending in "PRIVATE KEY" in key input ${list}`
  }
  if (skipped.length === 1 && only.endsWith('PRIVATE KEY')) {
    return 'failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
  }
  return `failed to find "CERTIFICATE" PEM block in certificate input ${list}`
}

/** Go tries the three encodings in this order and does not say why each failed. */
function parseAnyKey(der: Uint8Array): PrivateKey {
  for (const parse of [parsePkcs1, parsePkcs8, parseSec1]) {
    try {
      const key = parse(der)
      if (key.kind !== 'x25519') return key
      throw builtinError('tls: found unknown private key type in PKCS#8 wrapping')
    } catch (error) {
      rethrowExhaustion(error)
      if (error instanceof Error && error.message.startsWith('tls: ')) throw error
    }
  }
  throw builtinError('tls: failed to parse private key')
}

function checkPair({ publicKeyInfo: { key: publicKey } }: Certificate, privateKey: PrivateKey): void {
  if (publicKey === undefined || publicKey.kind === 'dsa' || publicKey.kind === 'x25519') throw builtinError('tls: unknown public key algorithm')
  if (publicKey.kind !== privateKey.kind) throw builtinError('tls: private key type does not match public key type')
  if (!matches()) throw builtinError('tls: private key does not match public key')

  function matches(): boolean {
    if (publicKey?.kind === 'rsa' && privateKey.kind === 'rsa') return publicKey.n === privateKey.n
    if (publicKey?.kind === 'ec' && privateKey.kind === 'ec') return publicKey.x === privateKey.x && publicKey.y === privateKey.y
    return publicKey?.kind === 'ed25519' && privateKey.kind === 'ed25519' && publicKey.bytes.join() === privateKey.publicKey.join()
  }
}
