import { CilockError, generateKey, signEnvelope } from '@cilock/core'
import { DerReader, Tag } from '@cilock/der'
import { certificateOf, timestampOf, timestampResponse } from '@cilock/testing/x509'
import type { TimestampOptions } from '@cilock/testing/x509'
import { parseCertificate, verifyTimestamps } from '@cilock/x509'
import { httpTimestamper } from '@cilock/x509/timestamper'
import type { HttpTimestamperOptions } from '@cilock/x509/timestamper'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const time = new Date('2026-01-02T03:04:05Z')
const message = new TextEncoder().encode('the bytes of a signature')
const root = await certificateOf({ seed: 'tsa root' })
const tsa = await root.issue({ seed: 'tsa', kind: 'timestamper' })
const authorities = [{ id: 'tsa', roots: [parseCertificate(root.der)] }]
const url = 'https://tsa.test/stamp?tenant=1'

/** What a request asks for. */
function asked(body: Uint8Array): { readonly version: bigint | undefined; readonly digest: Uint8Array; readonly nonce: bigint; readonly wantsCertificate: boolean } {
  const input = new DerReader(body)
  const request = input.enter(Tag.sequence)
  const version = request?.integer()
  const imprint = request?.enter(Tag.sequence)
  expect(imprint?.enter(Tag.sequence)?.oidText()).toBe('2.16.840.1.101.3.4.2.1')
  const digest = imprint?.element(Tag.octetString)?.content ?? new Uint8Array()
  return { version, digest, nonce: request?.integer() ?? 0n, wantsCertificate: request?.element(Tag.boolean)?.content[0] === 0xff }
}

interface Answer extends Partial<TimestampOptions> {
  readonly over?: Uint8Array
  readonly status?: number
  readonly says?: Uint8Array
  readonly by?: typeof tsa
}

/** An authority that answers so, and what it was asked. */
function server({ over = message, status = 200, says, by = tsa, ...options }: Answer = {}): { readonly fetch: typeof fetch; readonly requests: Request[] } {
  const requests: Request[] = []
  return {
    requests,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      requests.push(request.clone())
      const { nonce } = asked(new Uint8Array(await request.arrayBuffer()))
      const body = says ?? timestampResponse(await timestampOf(over, by, { time, nonce, ...options }))
      return new Response(new Uint8Array(body), { status })
    },
  }
}

async function outcome(answer: Answer, more: Partial<HttpTimestamperOptions> = {}): Promise<string> {
  const { fetch } = server(answer)
  try {
    const { type } = await httpTimestamper({ url, fetch, wait: async () => {}, ...more }).timestamp(message)
    return type
  } catch (error) {
    return CilockError.is(error) ? error.code : String(error)
  }
}

describe('a timestamper that asks an authority', () => {
  it('gives a token that a verifier trusts, of an envelope it signs', async () => {
    const { fetch, requests } = server()
    const stamp = await httpTimestamper({ url, fetch, authorities }).timestamp(message)
    expect(stamp.type).toBe('tsp')
    expect((await verifyTimestamps([stamp], { message, authorities })).trusted.map((each) => each.time)).toEqual([time])
    const [request] = requests
    expect([request?.method, request?.url, request?.headers.get('content-type')]).toEqual(['POST', url, 'application/timestamp-query'])
    expect(asked(new Uint8Array(await (request ?? new Request(url)).arrayBuffer()))).toMatchObject({ version: 1n, wantsCertificate: true })
  })

  it('asks anew for each signature', async () => {
    const key = await generateKey('ed25519')
    const nonces: bigint[] = []
    const answering: typeof fetch = async (input, init) => {
      const { digest, nonce } = asked(new Uint8Array(await new Request(input, init).arrayBuffer()))
      nonces.push(nonce)
      expect(digest).toHaveLength(32)
      return new Response(null, { status: 503 })
    }
    const timestamper = httpTimestamper({ url, fetch: answering, retry: { attempts: 1 } })
    for (let round = 0; round < 2; round++) {
      await expect(signEnvelope({ payload: message, payloadType: 'text', signers: [key.signer], timestampers: [timestamper] })).rejects.toMatchObject({ code: 'ERR_SIGNER_FAILED' })
    }
    expect(new Set(nonces).size).toBe(2)
  })

  it('sends any nonce as a positive number, and takes it back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 8 }), async (bytes) => {
        expect(await outcome({}, { randomBytes: () => bytes })).toBe('tsp')
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    ['201', { status: 201 }, 'tsp'],
    ['202', { status: 202 }, 'tsp'],
    ['another status', { status: 400 }, 'ERR_TIMESTAMP_REJECTED'],
    ['a refusal', { says: timestampResponse(undefined, 2) }, 'ERR_TIMESTAMP_REJECTED'],
    ['no answer of an authority', { says: new TextEncoder().encode('<html>') }, 'ERR_TIMESTAMP_MALFORMED'],
    ['a token over other bytes', { over: new Uint8Array([1]) }, 'ERR_TIMESTAMP_IMPRINT'],
    ['a token by another hash', { hash: 'sha512' }, 'ERR_TIMESTAMP_IMPRINT'],
    ['the token of another request', { nonce: 7n }, 'ERR_TIMESTAMP_NONCE'],
    ['no certificate', { certificates: [] }, 'ERR_TIMESTAMP_SIGNER'],
    ['more than can be a token', { says: new Uint8Array(1024 * 1024 + 1) }, 'ERR_LIMIT_EXCEEDED'],
  ] as const satisfies readonly (readonly [string, Answer, string])[])('%s', async (_, answer, code) => {
    expect(await outcome(answer)).toBe(code)
  })

  it('holds the token against the authorities that are handed in', async () => {
    const stranger = await (await certificateOf({ seed: 'stranger' })).issue({ seed: 'tsa', kind: 'timestamper' })
    expect(await outcome({ by: stranger })).toBe('tsp')
    expect(await outcome({ by: stranger }, { authorities })).toBe('ERR_TIMESTAMP_UNTRUSTED')
  })

  it('asks no other machine without TLS, and follows nowhere else', async () => {
    expect(await outcome({}, { url: 'http://tsa.test/' })).toBe('ERR_HTTP_URL')
    expect(await outcome({}, { url: 'http://127.0.0.1:8318/' })).toBe('tsp')
    const elsewhere: typeof fetch = async () => new Response(null, { status: 307, headers: { location: 'https://other.test/' } })
    expect(await outcome({}, { fetch: elsewhere })).toBe('ERR_HTTP_REDIRECT')
  })

  it('stops when it is told to', async () => {
    expect(await outcome({}, { signal: AbortSignal.abort() })).toBe('ERR_ABORTED')
  })

  it.each(['', 'tsa.test', 7])('needs a URL, not %j', (wrong) => {
    expect(() => httpTimestamper({ url: wrong as string, fetch })).toThrow(TypeError)
  })
})
