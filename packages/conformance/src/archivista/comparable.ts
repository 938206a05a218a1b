import type { Exchange, HeaderLines } from './recording.ts'

/** An answer as text in which nothing is left that differs from run to run. */
export function comparable(headers: HeaderLines, body: string, { unorderedEdges, volatile = [] }: Exchange): string {
  const isLoose = unorderedEdges === true || volatile.length > 0
  let text = mask(body)
  if (isLoose && text.startsWith('{')) text = JSON.stringify(sorted(JSON.parse(text)))
  // which of several rows come on a page is arbitrary
  if (volatile.some((each) => each.startsWith('which'))) text = text.replaceAll(/[0-9a-f]{64}|"name":"\w+"/g, '<some>')
  if (volatile.includes('cursors')) text = text.replaceAll(/[0-9a-f]{64}/g, '<some>').split('').sort().join('')
  const left = new Set(['date', 'connection', 'keep-alive', ...(isLoose ? ['content-length', 'transfer-encoding'] : [])])
  const lines = headers.filter(([name]) => !left.has(name.toLowerCase())).map((line) => line.join(': ')).sort()
  return `${mask(lines.join('\n'))}\n\n${text}`
}

function mask(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/gaFp[\w+/=-]+/g, '<cursor>')
    .replaceAll(/"createdAt":"[^"]*"/g, '"createdAt":"<time>"')
    .replaceAll(/open \/[^ ]*?\/files\//g, 'open <dir>/files/')
    .replaceAll(/^Content-Length: \d+$/gm, (line) => (/open <dir>|open \//.test(text) ? 'Content-Length: <some>' : line))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, sorted(each)]))
}
