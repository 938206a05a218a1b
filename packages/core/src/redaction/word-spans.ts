import { binaryText } from './binary-text.ts'
import { endOfCharacters } from './dump-characters.ts'
import type { Copies } from './dump-views.ts'
import { writeDigits, writeNumber } from './number-words.ts'
import type { Numbers } from './number-words.ts'
import type { Search } from './search.ts'
import type { Span } from './span.ts'

/** Numbers between which nothing stands but what programs put there. */
export interface Run {
  count: number
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  /** How many digits there are. */
  digits: number
  /** Copies, each in the place of a number, and of how many numbers before it. */
  copies: Map<number, Copies & { readonly of: number }>
}

/** What is looked for, as characters for bytes. */
export interface Wanted {
  readonly search: Search<{ readonly text: string }>
  /** 1 for each byte that is in it. */
  readonly isIn: Uint8Array
  /** How many bytes may yet be written for copies. */
  copies: number
}

/** How a run's numbers are read: as words of a size, the least byte first or last, or as hexadecimal digits in their order. */
export type Words = { readonly numbers: Numbers; readonly size: number; readonly isLittle: boolean } | 'digits'

/** Where a run has what is wanted. */
export function wordSpans(text: string, run: Run, words: Words, wanted: Wanted): readonly Span[] {
  const spans: Span[] = []
  const capacity = words === 'digits' ? run.digits : run.count * words.size
  let bytes = new Uint8Array(capacity)
  /** The number that each byte is of, and which of its bytes it is. */
  let numbers = new Uint32Array(capacity)
  let within = new Uint32Array(capacity)
  let length = 0
  /** How many of the last bytes are in what is wanted, and whether there were ever enough of them. */
  let streak = 0
  let isWorth = false
  const take = (number: number, size: number): void => {
    for (let byte = 0; byte < size; byte++, length++) {
      numbers[length] = number
      within[length] = byte
      streak = wanted.isIn[bytes[length] ?? 0] === 1 ? streak + 1 : 0
      if (streak >= wanted.search.shortest) isWorth = true
    }
  }
  const place = (index: number): Span => {
    const number = numbers[index] ?? 0
    const [start, end] = [run.starts[number] ?? 0, run.ends[number] ?? 0]
    if (words !== 'digits' || run.copies.has(number)) return { start, end }
    const pair = start + 2 * (within[index] ?? 0)
    return { start: pair, end: pair + 2 }
  }
  const search = (): void => {
    if (isWorth) {
      const binary = binaryText(bytes.subarray(0, length))
      const characters = endOfCharacters(text, binary, place)
      for (const [, { start, end }] of wanted.search.in(binary)) spans.push({ start: place(start).start, end: Math.max(place(end - 1).end, characters(end - 1)) })
    }
    length = 0
    streak = 0
    isWorth = false
  }
  const copy = (number: number, { of, bytes: meant }: Copies & { readonly of: number }): void => {
    let from = length
    while (from > 0 && (numbers[from - 1] ?? 0) >= number - of) from -= 1
    const size = length - from
    // More copies than the longest secret has room for are as good as any number of them.
    const enough = Math.ceil(wanted.search.longest / size) + 1
    const count = meant === undefined || meant % size !== 0 ? enough : Math.min(enough, meant / size - 1)
    // What was read is not all of the line, or a text of copies would take longer than its length allows.
    if (size === 0 || numbers[from] !== number - of || size * count > wanted.copies) return search()
    wanted.copies -= size * count
    const room = length + size * count + capacity
    if (room > bytes.length) {
      bytes = enlarged(bytes, new Uint8Array(2 * room))
      numbers = enlarged(numbers, new Uint32Array(2 * room))
      within = enlarged(within, new Uint32Array(2 * room))
    }
    for (let each = 0; each < count; each++) {
      bytes.copyWithin(length, from, from + size)
      take(number, size)
    }
  }
  for (let number = 0; number < run.count; number++) {
    const copies = run.copies.size === 0 ? undefined : run.copies.get(number)
    if (copies !== undefined) {
      copy(number, copies)
    } else if (words === 'digits') {
      const size = writeDigits(text, run.starts[number] ?? 0, run.ends[number] ?? 0, bytes, length)
      if (size === 0) search()
      take(number, size)
    } else if (words.numbers.kind[number] !== 0 && writeNumber(words.numbers, number, words.size, bytes, length)) {
      if (!words.isLittle) reverse(bytes, length, length + words.size)
      take(number, words.size)
    } else {
      search()
    }
  }
  search()
  return spans
}

function reverse(bytes: Uint8Array, start: number, end: number): void {
  for (let [low, high] = [start, end - 1]; low < high; low += 1, high -= 1) {
    const byte = bytes[low] ?? 0
    bytes[low] = bytes[high] ?? 0
    bytes[high] = byte
  }
}

function enlarged<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
