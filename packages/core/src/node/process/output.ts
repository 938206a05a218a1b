import type { Readable } from 'node:stream'

/** Receives output as it comes, raw: nothing is redacted in it. */
export type OutputSink = (chunk: Uint8Array) => void

/** What one stream of the command wrote. */
export interface CapturedOutput {
  /** All of it, or its beginning where it was longer than the limit. */
  readonly bytes: () => Uint8Array
  /** Whether there was more than is kept. */
  readonly overflowed: () => boolean
  /** What the sink threw, after which it got nothing more. */
  readonly sinkError: () => { readonly error: unknown } | undefined
}

/** Keeps what a stream gives up to `limit` bytes, and hands all of it to the sink. */
export function captureOutput(stream: Readable, limit: number, sink: OutputSink | undefined): CapturedOutput {
  const chunks: Uint8Array[] = []
  let kept = 0
  let total = 0
  let failed: { readonly error: unknown } | undefined
  stream.on('data', (chunk: Uint8Array) => {
    total += chunk.length
    if (kept < limit) {
      const part = chunk.subarray(0, limit - kept)
      chunks.push(part)
      kept += part.length
    }
    if (sink === undefined || failed !== undefined) return
    try {
      sink(chunk)
    } catch (error) {
      failed = { error }
    }
  })
  // A pipe that breaks has given what it had.
  stream.on('error', () => {})
  return { bytes: () => Buffer.concat(chunks), overflowed: () => total > limit, sinkError: () => failed }
}
