import { fstatSync, writeSync } from 'node:fs'
import type { Output } from '../io.ts'

/**
 * Says things on one of the process's own descriptors, at once: nothing is left to be written when the command has come to its end,
 * and the streams of `process`, which load Node's network for a pipe, are not needed.
 *
 * A reader that goes away (`| head`) or a full disk ends no command under way: its evidence is still to be written. `onCut`
 * is told once, and what is said afterwards goes nowhere.
 */
export function outputTo(descriptor: 1 | 2, onCut: (error: Error) => void): Output {
  let isCut = false
  return {
    write: (chunk) => {
      if (isCut) return
      try {
        writeAll(descriptor, typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      } catch (error) {
        isCut = true
        onCut(error instanceof Error ? error : new TypeError(String(error)))
      }
    },
    get isTTY() {
      return process.env['NO_COLOR'] === undefined && isTerminal(descriptor)
    },
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      // another process that shares the pipe made it one that does not wait, so waiting is ours
      if (codeOf(error) !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function isTerminal(descriptor: number): boolean {
  try {
    // files and pipes are told apart without loading what knows terminals
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(descriptor)
  } catch (error) {
    // it was closed before we started
    if (codeOf(error) === 'EBADF') return false
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
