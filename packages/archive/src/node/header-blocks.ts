import { ArchiveError } from '../error.ts'
import { blockSize } from '../tar-header.ts'

/**
 * What stands in a tar between the contents of its entries, watched as it passes. Readers disagree about headers that
 * nobody writes on purpose but to show one archive to one reader and another to the next: what Docker loads (Go's
 * `archive/tar`) would not be what was looked at here.
 */
export interface HeaderBlocks {
  /** The next bytes of the tar. */
  readonly pass: (chunk: Uint8Array) => void
  /**
   * The next entry's content begins at `offset`.
   *
   * @throws ArchiveError `ERR_TAR_INVALID`
   */
  readonly entry: (offset: number, size: number) => void
}

export function watchHeaders(): HeaderBlocks {
  /** What passed and was not looked at, from `from` on; up to `next` are the parts done with. */
  let parts: Uint8Array[] = []
  let next = 0
  let from = 0
  let passed = 0
  const take = (count: number): Uint8Array => {
    const [first = new Uint8Array()] = parts.slice(next, next + 1)
    if (first.length >= count) {
      parts[next] = first.subarray(count)
      return first.subarray(0, count)
    }
    const taken = new Uint8Array(count)
    let at = 0
    for (; at < count && next < parts.length; next++) {
      const part = parts[next] ?? first
      const piece = part.subarray(0, count - at)
      taken.set(piece, at)
      at += piece.length
      if (piece.length < part.length) {
        parts[next] = part.subarray(piece.length)
        break
      }
    }
    parts = parts.slice(next)
    next = 0
    return taken.subarray(0, at)
  }
  return {
    pass: (chunk) => {
      const start = Math.max(0, from - passed)
      passed += chunk.length
      if (start < chunk.length) parts.push(chunk.subarray(start))
    },
    entry: (offset, size) => {
      checkHeaders(take(offset - from))
      from = offset + Math.ceil(size / blockSize) * blockSize
      take(Math.min(passed, from) - Math.min(passed, offset))
    },
  }
}

/** Of headers that say something about the next one. */
const [pax, globalPax, longName, longLink] = ['x', 'g', 'L', 'K']

/** Headers of one kind before an entry's own, and each once: which of two counts, readers do not agree on. */
const usual = /^g*(?:x|L?K?|KL)$/

/** Of these in a global header some readers take notice and some do not. */
const decisive = /\d (?:path|linkpath|size|GNU\.sparse\.[a-z]+)=/

function checkHeaders(blocks: Uint8Array): void {
  let kinds = ''
  for (let at = 0; at + blockSize < blocks.length; ) {
    const block = blocks.subarray(at, at + blockSize)
    if (block.every((byte) => byte === 0)) throw refuse('nothing behind the zeros that end it, found an entry there')
    const kind = String.fromCharCode(block[typeAt] ?? 0)
    if (![pax, globalPax, longName, longLink].includes(kind)) throw refuse(`headers of an entry, found one of kind ${JSON.stringify(kind)} among them`)
    const content = blocks.subarray(at + blockSize, at + blockSize + sizeOf(block))
    if (kind === globalPax && decisive.test(new TextDecoder('latin1').decode(content))) throw refuse('a global header that decides nothing about entries, found one of name, target or size')
    kinds += kind
    at += blockSize + Math.ceil(content.length / blockSize) * blockSize
  }
  if (!usual.test(kinds)) throw refuse(`one kind of headers before an entry, found ${kinds.slice(0, 8).split('').join(', ')}: readers would take different ones`)
}

const typeAt = 156

/** As the reader took it, which passes on no header that is larger than a few megabytes. */
function sizeOf(block: Uint8Array): number {
  const field = block.subarray(124, 136)
  if (((field[0] ?? 0) & 0x80) !== 0) return field.subarray(1).reduce((size, byte) => size * 256 + byte, 0)
  const [digits = '0'] = /[0-7]+/.exec(String.fromCharCode(...field)) ?? []
  return Number.parseInt(digits, 8)
}

function refuse(expected: string): ArchiveError {
  return new ArchiveError('ERR_TAR_INVALID', `expected a tar with ${expected}`)
}
