import { connect } from 'node:net'
import type { HeaderLines, RecordedRequest } from './recording.ts'

export interface WireAnswer {
  readonly status: number
  readonly headers: HeaderLines
  readonly body: Buffer
}

/** Sends a request byte for byte as it was recorded, which no client of the platform would, and reads to the end. */
export async function sendRaw(port: number, request: RecordedRequest, target: string, body: Buffer): Promise<WireAnswer> {
  const isChunked = request.framing?.startsWith('chunked') === true
  const headers = request.headers.map(([name, value]): readonly [string, string] => [name, name === 'Content-Length' && request.sendsThenHalfCloses !== true ? String(body.length) : value])
  const head = `${request.method} ${target} HTTP/${request.httpVersion ?? '1.1'}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  const wire = Buffer.concat([Buffer.from(head), isChunked ? chunked(body) : body])
  const parts: Buffer[] = []
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(wire)
      if (request.sendsThenHalfCloses === true) socket.end()
    })
    socket.on('data', (part: Buffer) => parts.push(part)).on('error', reject).on('close', () => resolve())
  })
  return readAnswer(Buffer.concat(parts))
}

function chunked(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < body.length; at += 1000) {
    const piece = body.subarray(at, at + 1000)
    pieces.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')])
}

function readAnswer(bytes: Buffer): WireAnswer {
  let rest = bytes
  let head = ''
  do {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return { status: 0, headers: [], body: rest }
    head = rest.subarray(0, end).toString('latin1')
    rest = rest.subarray(end + 4)
  } while (/^HTTP\/1.1 100/.test(head))
  const [first = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line): readonly [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  const isChunked = headers.some(([name, value]) => name.toLowerCase() === 'transfer-encoding' && value === 'chunked')
  return { status: Number(first.split(' ')[1]), headers, body: isChunked ? withoutChunks(rest) : rest }
}

function withoutChunks(bytes: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let rest = bytes; ; ) {
    const end = rest.indexOf('\r\n')
    const length = Number.parseInt(rest.subarray(0, end).toString('latin1'), 16)
    if (end < 0 || !(length > 0)) return Buffer.concat(pieces)
    pieces.push(rest.subarray(end + 2, end + 2 + length))
    rest = rest.subarray(end + 4 + length)
  }
}
