import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where Debian's package python3-cryptography-vectors puts the certificates of NIST's suite. */
const installed = '/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data'

/**
 * The folder with the suite's certificates (`CILOCK_PKITS`, or where Debian's package puts them); undefined where it is
 * absent. Where `CILOCK_PKITS` is set it has to be there.
 */
export function pkitsFolder(): string | undefined {
  const given = process.env['CILOCK_PKITS']
  const folder = join(given ?? installed, 'certs')
  if (existsSync(folder)) return folder
  if (given !== undefined) throw new TypeError(`no certificates in ${folder}`)
  return undefined
}

/** The name a test gives itself where the suite is absent, so that the skip can be seen. */
export const pkitsSkipped = 'SKIPPED: needs python3-cryptography-vectors (or CILOCK_PKITS)'
