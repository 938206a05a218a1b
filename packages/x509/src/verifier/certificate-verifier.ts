import { x509Error } from '../error.ts'
import type { CertificateVerifier, CertificateVerifierOptions } from './options.ts'

/**
 * A verifier of signatures that come with a certificate, for `verifyEnvelope()` or a policy.
 *
 * @throws TypeError for wrong arguments
 */
export function certificateVerifier(_options: CertificateVerifierOptions): CertificateVerifier {
  throw x509Error('ERR_CERTIFICATE_PATH', 'not built yet')
}
