import { base85Span } from './base85.ts'
import type { BitForm } from './bit-forms.ts'
import { dumpViews } from './dump-views.ts'
import type { View } from './dump-views.ts'
import { backslashedBytesSpans, backslashedSpans, percentEncodedSpans } from './escapes.ts'
import { hexSpans } from './hex-bytes.ts'
import { letterSpans, lettersFor } from './letter-spans.ts'
import { numberSpans } from './number-spans.ts'
import { searchFor } from './search.ts'
import { formsOf } from './secrets.ts'
import { occurrences } from './span.ts'
import type { Span } from './span.ts'
import { withoutBreaks } from './without-breaks.ts'

/** What stands for a secret in the evidence. */
export const redacted = '[REDACTED]'

/**
 * A function that replaces every secret in a text: as it is, line by line, percent-encoded, with backslashes as in JSON,
 * in base64, base32 and base 85, and its bytes one by one: in hexadecimal with anything usual between, as numbers of one,
 * two, four or eight bytes in any usual base, and letter by letter, dumps included. What overlaps is replaced as one, so of
 * two secrets of which one contains the other the longer one counts.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== '').map(formsOf)
  const plain = new Set(forms.flatMap(({ text }) => text))
  const percent = new Set(forms.flatMap(({ percent }) => percent))
  const hex = forms.flatMap(({ hex }) => hex)
  if (plain.size === 0) return (text) => text
  const binary = forms.flatMap(({ binary }) => binary)
  const bytes = { search: searchFor(binary.map((text) => ({ text }))), isIn: new Uint8Array(256) }
  for (const byte of binary.join('')) bytes.isIn[byte.charCodeAt(0)] = 1
  const letters = lettersFor(binary)
  const bits = searchFor(forms.flatMap(({ bits }) => bits))
  const base85 = searchFor(forms.flatMap(({ base85 }) => base85))

  function* spansIn(text: string): Generator<Span> {
    for (const secret of plain) yield* occurrences(text, secret)
    yield* percentEncodedSpans(text, percent)
    yield* backslashedSpans(text, plain)
    yield* backslashedBytesSpans(text, percent)
    if (hex.length === 0) return
    yield* hexSpans(text, hex)
    const whole: View = () => [{ start: 0, end: text.length, isDump: false }]
    for (const view of [whole, ...dumpViews(text)]) {
      yield* numberSpans(text, view, bytes)
      yield* letterSpans(text, view, letters)
    }
    const flat = withoutBreaks(text)
    for (const [form, found] of bits.in(flat.text)) yield flat.span(widened(flat.text, found, form))
    for (const [form, found] of base85.in(flat.text)) {
      const span = base85Span(flat.text, found, form)
      if (span !== undefined) yield flat.span(span)
    }
  }
  return (text) => replaced(text, Array.from(spansIn(text)))
}

/** With the characters at the edges that hold some bits of the secret, and the padding. */
function widened(text: string, found: Span, { isPartBefore, isPartBehind }: BitForm): Span {
  const isOfIt = (index: number): boolean => /[A-Za-z0-9+/_-]/.test(text.charAt(index))
  let { end } = found
  if (isPartBehind && isOfIt(end)) end += 1
  while (text.charAt(end) === '=') end += 1
  return { start: isPartBefore && isOfIt(found.start - 1) ? found.start - 1 : found.start, end }
}

function replaced(text: string, spans: readonly Span[]): string {
  let result = ''
  let at = 0
  let open: Span | undefined
  const close = (): void => {
    if (open === undefined) return
    result += text.slice(at, open.start) + redacted
    at = open.end
  }
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (open !== undefined && span.start < open.end) {
      open = { start: open.start, end: Math.max(open.end, span.end) }
    } else {
      close()
      open = span
    }
  }
  close()
  return result + text.slice(at)
}
