import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { TransportBody } from '../transport.ts'

/** Reads an answer piece by piece. Nothing is taken from the socket before somebody asks, beyond what streams hold ready. */
export function messageBody(message: IncomingMessage, content: Readable): TransportBody {
  let isEnded = false
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const woken = (): void => {
    wake?.()
    wake = undefined
  }
  const closed = (error = new Error('the connection was closed within the body')): void => {
    failure ??= error
    woken()
  }
  content.on('readable', woken)
  content.on('error', closed)
  content.on('close', () => closed())
  content.on('end', () => {
    isEnded = true
    woken()
  })
  return {
    read: async () => {
      for (;;) {
        const piece = content.read() as Buffer | null
        // not as a Buffer, whose methods do other things than those of plain bytes
        if (piece !== null) return new Uint8Array(piece.buffer, piece.byteOffset, piece.length)
        if (isEnded) return undefined
        // it may have been closed before anybody listened
        if (content.destroyed) closed()
        if (failure !== undefined) throw failure
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    leave: async () => {
      if (!message.complete) {
        message.destroy()
        return
      }
      // the whole answer has come already, and the connection is of further use; whoever listens for pieces has to take them
      content.off('readable', woken)
      content.resume()
    },
  }
}
