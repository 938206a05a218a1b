import type { Span } from './span.ts'

/** A text without its line breaks, and the way back to places in the text. */
export interface Unbroken {
  readonly text: string
  readonly span: (found: Span) => Span
}

export function withoutBreaks(text: string): Unbroken {
  // cuts[n]: where the part before the n-th break ends in the flat text, and how much had been taken out before that.
  const cuts: { readonly at: number; readonly removed: number }[] = []
  let removed = 0
  const flat = text.replaceAll(/[\r\n]+/g, (breaks, at: number) => {
    cuts.push({ at: at - removed, removed })
    removed += breaks.length
    return ''
  })
  const place = (index: number): number => {
    let low = 0
    let high = cuts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((cuts[middle]?.at ?? 0) > index) high = middle
      else low = middle + 1
    }
    return index + (cuts[low]?.removed ?? removed)
  }
  return { text: flat, span: ({ start, end }) => ({ start: place(start), end: place(end - 1) + 1 }) }
}
