import { headLimit } from './format.ts'
import type { Test } from './format.ts'

/** After so many lines with as many fields as the first, the rest is believed. */
const enoughLines = 10

/** Lines with the same number of fields, two at least, separated by `separator`; `#` begins a comment. */
export function separatedBy(separator: ',' | '\t'): Test {
  return (head) => {
    const reader = new LineReader(withoutCutLine(head))
    const expected = countFields(reader, separator)
    if (expected < 2) return false
    for (let lines = 1; lines < enoughLines; lines++) {
      const fields = countFields(reader, separator)
      if (fields === 0) return lines > 1
      if (fields !== expected) return false
    }
    return true
  }
}

interface Line {
  readonly text: string
  /** Whether a carriage return and line feed were taken off, so that an empty text does not mean the end. */
  readonly cut: boolean
}

class LineReader {
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.#offset >= this.#text.length
  }

  /** The next line with its line feed, or without its CR LF. */
  next(): Line {
    const feed = this.#text.indexOf('\n', this.#offset)
    const end = feed === -1 ? this.#text.length : feed + 1
    const text = this.#text.slice(this.#offset, end)
    this.#offset = end
    if (text.endsWith('\r')) return { text: text.slice(0, -1), cut: false }
    if (text.endsWith('\r\n')) return { text: text.slice(0, -2), cut: true }
    return { text, cut: false }
  }
}

/** The fields of the next record, which may run over several lines; 0 behind the last. */
function countFields(reader: LineReader, separator: string): number {
  let line = nextRecord(reader)
  if (line === undefined) return 0
  let rest = line.text
  for (let fields = 1; ; fields++) {
    if (!rest.startsWith('"')) {
      const end = rest.indexOf(separator)
      if (end === -1) return fields
      rest = rest.slice(end + 1)
      continue
    }
    rest = rest.slice(1)
    for (;;) {
      const quote = rest.indexOf('"')
      if (quote === -1) {
        if (rest === '' && !line.cut) return fields
        line = reader.next()
        rest = line.text
        continue
      }
      rest = rest.slice(quote + 1)
      if (rest.startsWith('"')) {
        rest = rest.slice(1)
      } else if (rest.startsWith(separator)) {
        rest = rest.slice(1)
        break
      } else if (rest === '' || rest === '\n') {
        return fields
      }
    }
  }
}

function nextRecord(reader: LineReader): Line | undefined {
  for (;;) {
    const last = reader.done
    const line = reader.next()
    if (last) return undefined
    if (line.text !== '' && line.text !== '\n' && !line.text.startsWith('#')) return line
  }
}

/** A head of full length ends somewhere in a line. */
function withoutCutLine(head: string): string {
  if (head.length < headLimit) return head
  const feed = head.lastIndexOf('\n')
  return feed > 0 ? head.slice(0, feed) : head
}
