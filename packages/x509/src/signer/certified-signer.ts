import { encodePem, importVerifier, type Signer } from '@cilock/core'
import { parseCertificates } from '../certificate/parse-certificate.ts'
import { x509Error } from '../error.ts'

/** What stands beside the signatures of a certified signer. */
export interface CertifiedSignerOptions {
  /** PEM of the key's certificate, and behind it of its issuers, if they are in one file. DER is not taken. */
  readonly certificate: string | Uint8Array
  /**
   * PEM of the issuers between it and the root, each with one certificate or several. A root may stand there as well; who
   * verifies does not look at it. Default: none.
   */
  readonly intermediates?: readonly (string | Uint8Array)[]
}

/**
 * A signer whose signatures carry a certificate and its issuers, for verifiers that know the root alone. CI/lock and witness
 * read both. The key id stays the one of the key.
 *
 * CI/lock does not look whether the certificate is the key's, and leaves out what stands behind the first certificate of a
 * file. Here a certificate of another key is refused: at once where the signer says its `publicKeyPem`, with the first
 * signature otherwise.
 *
 * @throws CilockError `ERR_CERTIFICATE_MALFORMED`, `ERR_CERTIFICATE_KEY` (of another key), `ERR_LIMIT_EXCEEDED`; for the
 * certificate's key `ERR_KEY_UNSUPPORTED`, `ERR_MALFORMED`
 * @example
 * ```ts
 * const signer = await certifiedSigner(await readSigner('ci.pem'), { certificate: await readFile('ci.crt'), intermediates: [await readFile('issuing.crt')] })
 * ```
 */
export async function certifiedSigner(signer: Signer & { readonly publicKeyPem?: string }, { certificate, intermediates = [] }: CertifiedSignerOptions): Promise<Signer> {
  const [leaf, ...behind] = parseCertificates(certificate)
  if (leaf === undefined) throw new TypeError('parseCertificates gives at least one certificate')
  const issuers = [...behind, ...intermediates.flatMap((pem) => parseCertificates(pem))]
  const certified = await importVerifier(leaf.publicKey.pem)
  const { publicKeyPem } = signer
  if (publicKeyPem !== undefined && (await importVerifier(publicKeyPem)).publicKeyPem !== certified.publicKeyPem) throw ofAnotherKey(signer.keyid, certified.keyid)
  return {
    keyid: signer.keyid,
    certificate: encodePem('CERTIFICATE', leaf.der),
    ...(issuers.length > 0 && { intermediates: issuers.map(({ der }) => encodePem('CERTIFICATE', der)) }),
    async sign(message) {
      const sig = await signer.sign(message)
      if (publicKeyPem === undefined && (await certified.verify(message, { keyid: signer.keyid, sig })) === undefined) throw ofAnotherKey(signer.keyid, certified.keyid)
      return sig
    },
  }
}

function ofAnotherKey(signs: string, certified: string): Error {
  return x509Error('ERR_CERTIFICATE_KEY', `expected the certificate of the key ${signs}, which signs, found one of the key ${certified}`)
}
