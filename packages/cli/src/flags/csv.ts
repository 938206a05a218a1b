import { usage } from '../error.ts'

/**
 * Splits one CSV record as Go's `encoding/csv` does for a slice flag: commas separate, double quotes keep a comma, two of
 * them inside quotes are one.
 */
export function splitCsv(flag: string, text: string): readonly string[] {
  if (text === '') return []
  const fields: string[] = []
  let at = 0
  for (;;) {
    const [field, end] = text[at] === '"' ? quoted(flag, text, at) : plain(flag, text, at)
    fields.push(field)
    if (end === text.length) return fields
    at = end + 1
  }
}

function plain(flag: string, text: string, from: number): readonly [field: string, end: number] {
  const comma = text.indexOf(',', from)
  const end = comma === -1 ? text.length : comma
  const field = text.slice(from, end)
  if (field.includes('"')) throw usage(`--${flag}: a quote inside of ${JSON.stringify(field)} has to stand around the whole value`)
  return [field, end]
}

function quoted(flag: string, text: string, from: number): readonly [field: string, end: number] {
  let field = ''
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) throw usage(`--${flag}: the quote in ${JSON.stringify(text)} is not closed`)
    field += text.slice(at, quote)
    if (text[quote + 1] === '"') {
      field += '"'
      at = quote + 2
      continue
    }
    const end = quote + 1
    if (end < text.length && text[end] !== ',') throw usage(`--${flag}: expected a comma after the quote in ${JSON.stringify(text)}`)
    return [field, end]
  }
}
