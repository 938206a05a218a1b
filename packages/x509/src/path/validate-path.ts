import { x509Error } from '../error.ts'
import type { CertificatePath, PathOptions, PathResult } from './path.ts'

/** Finds a path from a certificate to a root, or says why there is none. */
export async function findPath(_options: PathOptions): Promise<PathResult> {
  throw x509Error('ERR_CERTIFICATE_PATH', 'not built yet')
}

/** Finds a path from a certificate to a root. What returns is valid. */
export async function validatePath(_options: PathOptions): Promise<CertificatePath> {
  throw x509Error('ERR_CERTIFICATE_PATH', 'not built yet')
}
