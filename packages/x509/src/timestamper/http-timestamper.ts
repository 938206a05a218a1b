import { CilockError, sha256Hex, encodeHex } from '@cilock/core'
import type { Timestamper } from '@cilock/core'
import { httpClient } from '@cilock/http'
import type { HttpClientOptions } from '@cilock/http'
import { x509Error } from '../error.ts'
import { parseTimestampResponse } from '../timestamp/token.ts'
import type { TimestampToken } from '../timestamp/token.ts'
import type { TimestampAuthority } from '../timestamp/timestamp.ts'
import { verifyTimestamps } from '../timestamp/verify-timestamps.ts'
import { encodeTimestampRequest } from './request.ts'

/** Which authority is asked, and how. */
export interface HttpTimestamperOptions extends Pick<HttpClientOptions, 'fetch' | 'headers' | 'allowInsecure' | 'retry' | 'wait'> {
  /** Where it answers: https, or http to this machine. Path and query are sent as they are. */
  readonly url: string
  /**
   * Who has to have answered: a token that none of them is behind is an error at once, and not when somebody verifies it. Default:
   * what answers is taken, and judged by whoever verifies.
   */
  readonly authorities?: readonly TimestampAuthority[]
  /** Stops a request under way. */
  readonly signal?: AbortSignal
  /** Random bytes, for tests. Default: the platform's. */
  readonly randomBytes?: (length: number) => Uint8Array
}

/** As the Go tools wait, and as much as they read. */
const timeout = 30_000
const maxBytes = 1024 * 1024

/**
 * Asks a timestamp authority for an RFC 3161 token over each signature, for `signEnvelope()` and `attest()`. The answer has to be
 * about that signature and this very request (nonce), and to bring the certificate that it was signed with.
 *
 * @throws TypeError when `url` is none. `timestamp()` throws CilockError `ERR_TIMESTAMP_REJECTED` (the authority refuses, or
 * answers with another status than 200, 201 or 202), `ERR_TIMESTAMP_MALFORMED`, `ERR_TIMESTAMP_IMPRINT`, `ERR_TIMESTAMP_NONCE`,
 * `ERR_TIMESTAMP_SIGNER` (no certificate), with `authorities` what `verifyTimestamps()` refuses, and the codes of `@cilock/http`.
 * @example
 * ```ts
 * const timestampers = [httpTimestamper({ url: 'https://tsa.example.com/', fetch })]
 * const envelope = await signEnvelope({ payload, payloadType, signers, timestampers })
 * ```
 */
export function httpTimestamper({ url, authorities, signal, randomBytes = platformBytes, ...options }: HttpTimestamperOptions): Timestamper {
  if (typeof url !== 'string' || !URL.canParse(url)) throw new TypeError('httpTimestamper: `url` has to be a URL')
  const { send } = httpClient({ ...options, timeouts: { answer: timeout, idle: timeout } })
  return {
    timestamp: async (signature) => {
      const nonce = BigInt(`0x${encodeHex(randomBytes(8))}`)
      const response = await send({
        method: 'POST',
        url: new URL(url),
        headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
        body: encodeTimestampRequest(signature, nonce),
        // one token too many harms nobody
        isIdempotent: true,
        ...(signal !== undefined && { signal }),
      })
      if (![200, 201, 202].includes(response.status)) throw x509Error('ERR_TIMESTAMP_REJECTED', `timestamp: the authority answers ${response.status}: ${await response.excerpt()}`)
      const token = parseTimestampResponse(await response.bytes(maxBytes))
      checkAnswer(token, signature, nonce)
      if (authorities !== undefined) await checkAuthority(token, signature, authorities)
      return { type: 'tsp', data: token.der }
    },
  }
}

function checkAnswer({ imprint, nonce, certificates }: TimestampToken, signature: Uint8Array, asked: bigint): void {
  if (imprint.hash !== 'sha256' || encodeHex(imprint.digest) !== sha256Hex(signature)) throw x509Error('ERR_TIMESTAMP_IMPRINT', 'timestamp: expected a token over the signature that was sent, found one over other bytes')
  if (nonce === undefined || BigInt(`0x${nonce}`) !== asked) throw x509Error('ERR_TIMESTAMP_NONCE', `timestamp: expected the nonce of the request, found ${nonce === undefined ? 'none' : 'another'}`)
  if (certificates.length === 0) throw x509Error('ERR_TIMESTAMP_SIGNER', 'timestamp: expected the certificate of who answers in the token, found none')
}

async function checkAuthority({ der }: TimestampToken, message: Uint8Array, authorities: readonly TimestampAuthority[]): Promise<void> {
  const { trusted, refused } = await verifyTimestamps([{ type: 'tsp', data: der }], { message, authorities })
  const [refusal] = refused
  if (trusted.length > 0 || refusal === undefined) return
  throw new CilockError(refusal.code, `timestamp: ${refusal.message}`)
}

function platformBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
