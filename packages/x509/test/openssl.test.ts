import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateOf, timestampOf, timestampResponse } from '@cilock/testing/x509'
import { findPath, parseCertificate, parseTimestampResponse, verifyTimestamps } from '@cilock/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const message = 'the bytes of a signature'
const has = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!has)(has ? 'OpenSSL and we' : 'SKIPPED: needs openssl', () => {
  let folder = ''
  const path = (file: string): string => join(folder, file)
  const openssl = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
    return stdout
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cilock-x509-'))
    writeFileSync(path('message'), message)
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.pem', '-days', '3650', '-subj', '/CN=root')
    openssl('req', '-newkey', 'rsa:3072', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=tsa')
    writeFileSync(path('extensions'), 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n')
    openssl('x509', '-req', '-in', 'tsa.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '3000', '-sha384', '-extfile', 'extensions', '-out', 'tsa.pem')
    writeFileSync(path('serial'), '01\n')
  }, 60_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    ['sha256', 'sha1'],
    ['sha384', 'sha256'],
    ['sha512', 'sha512'],
  ])('we trust its tokens by RSA, over %s, that name their certificate by %s', async (hash, named) => {
    const lines = ['[t]', `serial=${path('serial')}`, 'signer_cert=tsa.pem', 'signer_key=tsa.key', 'signer_digest=sha256', 'default_policy=1.2.3.4', 'digests=sha256,sha384,sha512', 'accuracy=secs:1,millisecs:500', 'ordering=yes', 'tsa_name=yes', `ess_cert_id_alg=${named}`]
    writeFileSync(path('ts.cnf'), `${['[tsa]', 'default_tsa=t', ...lines].join('\n')}\n`)
    openssl('ts', '-query', '-data', 'message', `-${hash}`, '-cert', '-out', 'query')
    openssl('ts', '-reply', '-config', 'ts.cnf', '-section', 't', '-queryfile', 'query', '-out', 'reply')
    const token = parseTimestampResponse(new Uint8Array(readFileSync(path('reply'))))
    expect(token).toMatchObject({ policy: '1.2.3.4', imprint: { hash } })
    const { trusted, refused } = await verifyTimestamps([{ type: 'tsp', data: token.der }], {
      message: new TextEncoder().encode(message),
      authorities: [{ id: 'openssl', roots: [parseCertificate(readFileSync(path('root.pem'), 'utf8'))] }],
      rules: { requireCriticalUsage: true },
    })
    expect(refused).toEqual([])
    expect(trusted.map(({ authority }) => authority)).toEqual(['openssl'])
  }, 60_000)

  it.each(['v1', 'v2'] as const)('it trusts the tokens of the builder (%s)', async (signingCertificate) => {
    const root = await certificateOf({ seed: 'root' })
    const middle = await root.issue({ seed: 'middle', kind: 'authority' })
    const tsa = await middle.issue({ seed: 'tsa', kind: 'timestamper' })
    const token = await timestampOf(new TextEncoder().encode(message), tsa, { time: new Date('2026-01-02T03:04:05.600Z'), nonce: 9n, signingCertificate })
    writeFileSync(path('made.pem'), root.pem)
    writeFileSync(path('made-middle.pem'), middle.pem)
    writeFileSync(path('made.tsr'), timestampResponse(token))
    openssl('ts', '-verify', '-data', 'message', '-in', 'made.tsr', '-CAfile', 'made.pem', '-untrusted', 'made-middle.pem')
  })

  it('it agrees about paths: depth, constraints on names, expiry', async () => {
    const at = new Date('2026-01-02T03:04:05Z')
    const root = await certificateOf({ seed: 'root', nameConstraints: { permitted: { dnsNames: ['a.test'], emails: ['.a.test'] }, excluded: { dnsNames: ['x.a.test'], uris: ['.b.test'] } } })
    const zero = await root.issue({ seed: 'zero', kind: 'authority', basicConstraints: { ca: true, pathLength: 0 } })
    const below = await zero.issue({ seed: 'below', kind: 'authority' })
    const leaves = [
      await zero.issue({ seed: '1', names: { dnsNames: ['b.a.test'] } }),
      await zero.issue({ seed: '2', names: { dnsNames: ['b.test'] } }),
      await zero.issue({ seed: '3', names: { dnsNames: ['y.x.a.test'] } }),
      await zero.issue({ seed: '4', names: { emails: ['q@m.a.test'] } }),
      await zero.issue({ seed: '5', names: { emails: ['q@a.test'] } }),
      await zero.issue({ seed: '6', names: { uris: ['https://c.b.test/'] } }),
      await zero.issue({ seed: '7', names: { uris: ['https://b.test/'] } }),
      await below.issue({ seed: '8', names: { dnsNames: ['a.test'] } }),
      await zero.issue({ seed: '9', notAfter: new Date('2025-01-01') }),
      await zero.issue({ seed: '10', notBefore: new Date('2027-01-01') }),
    ]
    writeFileSync(path('path-root.pem'), root.pem)
    writeFileSync(path('path-others.pem'), zero.pem + below.pem)
    const verdicts: string[] = []
    for (const leaf of leaves) {
      writeFileSync(path('path-leaf.pem'), leaf.pem)
      const { status } = spawnSync('openssl', ['verify', '-attime', String(at.getTime() / 1000), '-CAfile', 'path-root.pem', '-untrusted', 'path-others.pem', 'path-leaf.pem'], { cwd: folder })
      const { valid } = await findPath({ leaf: parseCertificate(leaf.der), roots: [parseCertificate(root.der)], intermediates: [parseCertificate(zero.der), parseCertificate(below.der)], at, purpose: 'any' })
      verdicts.push(`${status === 0 ? 'yes' : 'no'} ${valid ? 'yes' : 'no'}`)
    }
    expect(verdicts).toEqual(['yes yes', 'no no', 'no no', 'yes yes', 'no no', 'no no', 'yes yes', 'no no', 'no no', 'no no'])
  })
})
