import type { Row } from './row.ts'

/** The rows as a Markdown table whose columns line up. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['bench', 'peer', 'peer takes', 'ours takes', 'ratio', 'aim', ''],
    ...rows.map(({ bench, peer, peerTime, ourTime, ratio, aim }) => [bench, peer, peerTime, ourTime, ratio.toFixed(2), aim === undefined ? '' : `≤ ${aim}`, aim === undefined || ratio <= aim ? '' : 'over']),
  ]
  const widths = (cells[0] ?? []).map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}
