import { x509Error } from '../error.ts'
import type { Certificate } from './certificate.ts'

/**
 * Reads one certificate: DER, or PEM of which the first block counts, as in Go.
 *
 * @throws CilockError `ERR_CERTIFICATE_MALFORMED`, `ERR_LIMIT_EXCEEDED`
 */
export function parseCertificate(_input: Uint8Array | string): Certificate {
  throw x509Error('ERR_CERTIFICATE_MALFORMED', 'not built yet')
}

/** Reads every certificate of a PEM text. */
export function parseCertificates(_pem: Uint8Array | string): readonly Certificate[] {
  throw x509Error('ERR_CERTIFICATE_MALFORMED', 'not built yet')
}
