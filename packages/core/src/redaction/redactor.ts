import { formsOf } from './secrets.ts'

/** What stands for a secret in the evidence. */
export const redacted = '[REDACTED]'

interface Span {
  readonly start: number
  readonly end: number
}

/**
 * A function that replaces every secret in a text, plain or encoded. What overlaps is replaced as one, so of two secrets
 * of which one contains the other the longer one counts.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret !== '').map(formsOf)
  const plain = new Set(forms.flatMap(({ text }) => text))
  const hex = new Set(forms.flatMap(({ hex }) => hex))
  const base64 = forms.flatMap(({ base64 }) => base64)
  if (plain.size === 0) return (text) => text

  return (text) => {
    const spans: Span[] = []
    for (const secret of plain) for (const start of occurrences(text, secret)) spans.push({ start, end: start + secret.length })
    const flat = withoutBreaks(text)
    for (const secret of hex) for (const start of occurrences(flat.text, secret)) spans.push(flat.span(start, start + secret.length))
    for (const form of base64) {
      for (const found of occurrences(flat.text, form.text)) spans.push(flat.span(...widened(flat.text, found, form)))
    }
    return replaced(text, spans)
  }
}

function* occurrences(text: string, wanted: string): Generator<number> {
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) yield at
}

/** With the characters at the edges that hold some bits of the secret, and the padding. */
function widened(text: string, found: number, form: { readonly text: string; readonly before: number; readonly after: number }): [start: number, end: number] {
  const isBase64 = (index: number): boolean => /[A-Za-z0-9+/_-]/.test(text.charAt(index))
  let end = found + form.text.length
  if (form.after > 0 && isBase64(end)) end += 1
  while (text.charAt(end) === '=') end += 1
  return [form.before > 0 && isBase64(found - 1) ? found - 1 : found, end]
}

/** The text without its line breaks, and the way back to places in the text. */
function withoutBreaks(text: string): { readonly text: string; readonly span: (start: number, end: number) => Span } {
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
  return { text: flat, span: (start, end) => ({ start: place(start), end: place(end - 1) + 1 }) }
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
