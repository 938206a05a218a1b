import { CilockError } from '@cilock/core'
import type { Attempt } from './attempt.ts'
import { HttpError } from './error.ts'
import type { HttpResponse } from './options.ts'
import type { TransportAnswer, TransportBody } from './transport.ts'

/** Makes an answer of what the transport gave. The clock of the attempt runs until its body is read or given up. */
export function httpResponse(answer: TransportAnswer, method: string, url: URL, attempt: Attempt, idle: number): HttpResponse {
  const { status, headers, body } = answer
  /** Hands each piece on; a body that is to be left may be left at any of them. */
  const piecesOf = (from: TransportBody, maxBytes: number): Pieces => {
    let length = 0
    let isDone = false
    return {
      next: async () => {
        try {
          attempt.expect('the next piece of the body', idle)
          const piece = await from.read()
          isDone = piece === undefined
          if (piece === undefined) checkLength(headers, length, method, url)
          length += piece?.length ?? 0
          if (length > maxBytes) throw new HttpError('ERR_LIMIT_EXCEEDED', method, url, `the body is longer than ${maxBytes} bytes`)
          return piece
        } catch (error) {
          throw attempt.failure(error)
        }
      },
      leave: async () => {
        attempt.end()
        if (!isDone) await from.leave()
      },
    }
  }
  async function* stream(maxBytes: number): AsyncGenerator<Uint8Array> {
    if (body === undefined) return attempt.end()
    const { next, leave } = piecesOf(body, maxBytes)
    try {
      for (let piece = await next(); piece !== undefined; piece = await next()) yield piece
    } catch (error) {
      // also what a caller throws into the stream
      throw attempt.failure(error)
    } finally {
      await leave()
    }
  }
  const bytes = async (maxBytes: number): Promise<Uint8Array> => {
    if (body === undefined) {
      attempt.end()
      return new Uint8Array()
    }
    const { next, leave } = piecesOf(body, maxBytes)
    const all: Uint8Array[] = []
    try {
      for (let piece = await next(); piece !== undefined; piece = await next()) all.push(piece)
    } finally {
      await leave()
    }
    return joined(all)
  }
  const cancel = async (): Promise<void> => {
    attempt.end()
    await body?.leave()
  }
  return {
    status,
    headers,
    url,
    stream,
    bytes,
    cancel,
    excerpt: async () => {
      try {
        return excerptOf(await collected(upTo(stream(Number.MAX_SAFE_INTEGER), 4096)))
      } catch (error) {
        if (!CilockError.is(error) || error.code === 'ERR_ABORTED') throw error
        return '(its body broke off)'
      }
    },
  }
}

/** Some platforms end a stream quietly where the connection ended too early. Compressed bodies are counted before they are opened. */
function checkLength(headers: Headers, length: number, method: string, url: URL): void {
  const announced = headers.get('content-length')
  if (method === 'HEAD' || announced === null || headers.get('content-encoding') !== null || !/^\d{1,15}$/.test(announced)) return
  if (Number(announced) !== length) throw new HttpError('ERR_HTTP_NETWORK', method, url, `the body has ${length} bytes, ${announced} were announced`)
}

async function* upTo(pieces: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let left = maxBytes
  for await (const piece of pieces) {
    yield piece.subarray(0, left)
    left -= piece.length
    if (left <= 0) return
  }
}

interface Pieces {
  /** Undefined: the end. */
  readonly next: () => Promise<Uint8Array | undefined>
  readonly leave: () => Promise<void>
}

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return joined(all)
}

function joined(all: readonly Uint8Array[]): Uint8Array {
  const [only] = all
  if (all.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of all) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** What a server says is not trusted: it could redraw a terminal. */
function excerptOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes).trim()
  // oxlint-disable-next-line no-control-regex
  const shown = text.slice(0, 500).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return text.length > 500 ? `${shown}…` : shown
}
