/** What one pass over the text of a valid document finds, beyond what `JSON.parse` tells. */
export interface Scan {
  /** Members of all objects as written, duplicates counted. */
  readonly members: number
  /** The deepest nesting; a scalar has depth 0. */
  readonly depth: number
  /** Whether some number is written otherwise than JavaScript would print it. */
  readonly exactNumbers: boolean
}

/** Scans text that `JSON.parse` has accepted; of anything else the answer means nothing. */
export function scanJson(text: string): Scan {
  let members = 0
  let depth = 0
  let deepest = 0
  let exactNumbers = false
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0x22) {
      index = endOfString(text, index)
    } else if (unit < 0x2d) {
      // white space and commas, the bulk of what stands between strings
    } else if (unit === 0x3a) {
      members++
    } else if (unit === 0x7b || unit === 0x5b) {
      depth++
      if (depth > deepest) deepest = depth
    } else if (unit === 0x7d || unit === 0x5d) {
      depth--
    } else if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) {
      const end = endOfNumber(text, index)
      if (!exactNumbers) exactNumbers = !printsAlike(text, index, end)
      index = end - 1
    }
  }
  return { members, depth: deepest, exactNumbers }
}

/** The index of the quote that closes the string whose opening quote is at `start`. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && text.charCodeAt(end - 1) === 0x5c) {
    let first = end - 1
    while (text.charCodeAt(first - 1) === 0x5c) first--
    if ((end - first) % 2 === 0) break
    end = text.indexOf('"', end + 1)
  }
  return end === -1 ? text.length : end
}

/** The index after the number that begins at `start`. */
export function endOfNumber(text: string, start: number): number {
  let end = start + 1
  while (end < text.length) {
    const unit = text.charCodeAt(end)
    const isDigit = unit >= 0x30 && unit <= 0x39
    if (!isDigit && unit !== 0x2e && unit !== 0x65 && unit !== 0x45 && unit !== 0x2b && unit !== 0x2d) break
    end++
  }
  return end
}

/** Whether JavaScript prints this number as it is written. Short runs of digits always do. */
export function printsAlike(text: string, start: number, end: number): boolean {
  if (end - start <= 15) {
    let index = start
    while (index < end && text.charCodeAt(index) >= 0x30 && text.charCodeAt(index) <= 0x39) index++
    if (index === end) return true
  }
  const number = text.slice(start, end)
  return String(Number(number)) === number
}
