import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError } from '@cilock/core'
import { findPath, parseCertificate, type Certificate } from '@cilock/x509'
import { describe, expect, it } from 'vitest'
import { pkitsCases, type Outcome, type PkitsCase } from './cases.ts'
import { pkitsFolder, pkitsSkipped } from './folder.ts'

const folder = pkitsFolder()

/** The suite's certificates are valid from 2010 to the end of 2030. */
const at = new Date('2012-02-29T12:00:00Z')

const read = (file: string): Certificate | 'malformed' => {
  try {
    return parseCertificate(new Uint8Array(readFileSync(join(folder ?? '', file))))
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_CERTIFICATE_MALFORMED') return 'malformed'
    throw error
  }
}

describe.skipIf(folder === undefined)(folder === undefined ? pkitsSkipped : "NIST's path validation test suite (PKITS)", () => {
  const files = folder === undefined ? [] : readdirSync(folder).filter((file) => file.endsWith('.crt'))
  const anchor = 'TrustAnchorRootCertificate.crt'

  // every authority of the suite is at hand for every test, so that the path has to be found, not only checked
  const authorities = files.filter((file) => file.endsWith('Cert.crt') && file !== anchor).map(read)
  const intermediates = authorities.filter((certificate) => certificate !== 'malformed')

  const outcomeOf = async ({ leaf, policies }: PkitsCase): Promise<Outcome> => {
    const [root, certificate] = [read(anchor), read(`${leaf}.crt`)]
    if (root === 'malformed' || certificate === 'malformed') return 'malformed'
    const result = await findPath({ leaf: certificate, intermediates, roots: [root], at, purpose: 'any', ...(policies !== undefined && { policies }) })
    return result.valid ? 'valid' : result.failure.code
  }

  it('reads all but the certificates that are not in their form', () => {
    const unread = files.filter((file) => read(file) === 'malformed')
    // two signatures whose broken bits are no whole bytes, and a serial number below zero
    expect(unread.toSorted()).toEqual(['BadSignedCACert.crt', 'InvalidDSASignatureTest6EE.crt', 'InvalidNegativeSerialNumberTest15EE.crt'])
    expect(files.length).toBe(405)
  })

  it.each(pkitsCases.map((each) => [each.number, each.leaf, each] as const))('%s %s', async (_number, _leaf, each) => {
    expect(await outcomeOf(each)).toBe(each.outcome)
  })
})
