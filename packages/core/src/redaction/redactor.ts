import { backslashedSpans, percentEncodedSpans } from './escapes.ts'
import { hexSpans } from './hex-bytes.ts'
import { hexDumpSpans } from './hex-dump.ts'
import { formsOf } from './secrets.ts'
import type { Base64Form } from './secrets.ts'
import { occurrences } from './span.ts'
import type { Span } from './span.ts'
import { withoutBreaks } from './without-breaks.ts'

/** What stands for a secret in the evidence. */
export const redacted = '[REDACTED]'

/**
 * A function that replaces every secret in a text: as it is, line by line, percent-encoded, with backslashes as in JSON,
 * in base64 and in hexadecimal with anything usual between the bytes, dumps included. What overlaps is replaced as one,
 * so of two secrets of which one contains the other the longer one counts.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== '').map(formsOf)
  const plain = new Set(forms.flatMap(({ text }) => text))
  const percent = new Set(forms.flatMap(({ percent }) => percent))
  const hex = forms.flatMap(({ hex }) => hex)
  const base64 = forms.flatMap(({ base64 }) => base64)
  if (plain.size === 0) return (text) => text

  function* spansIn(text: string): Generator<Span> {
    for (const secret of plain) yield* occurrences(text, secret)
    yield* percentEncodedSpans(text, percent)
    yield* backslashedSpans(text, plain)
    if (hex.length === 0) return
    yield* hexSpans(text, hex)
    yield* hexDumpSpans(text, hex)
    const flat = withoutBreaks(text)
    for (const form of base64) for (const found of occurrences(flat.text, form.text)) yield flat.span(widened(flat.text, found, form))
  }
  return (text) => replaced(text, Array.from(spansIn(text)))
}

/** With the characters at the edges that hold some bits of the secret, and the padding. */
function widened(text: string, found: Span, form: Base64Form): Span {
  const isBase64 = (index: number): boolean => /[A-Za-z0-9+/_-]/.test(text.charAt(index))
  let { end } = found
  if (form.after > 0 && isBase64(end)) end += 1
  while (text.charAt(end) === '=') end += 1
  return { start: form.before > 0 && isBase64(found.start - 1) ? found.start - 1 : found.start, end }
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
