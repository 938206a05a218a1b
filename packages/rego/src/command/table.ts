/** Rows below headings, in a frame: headings in the middle, cells at the left. */
export function drawTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(width(heading), ...rows.map((row) => width(row[i] ?? ''))))
  const border = (left: string, between: string, right: string): string => `${left}${widths.map((size) => '─'.repeat(size + 2)).join(between)}${right}\n`
  const line = (cells: readonly string[]): string => `│${cells.map((cell) => ` ${cell} `).join('│')}│\n`
  const head = headings.map((heading, i) => {
    const gap = (widths[i] ?? 0) - width(heading)
    const before = Math.floor(gap / 2)
    return ' '.repeat(before) + heading + ' '.repeat(gap - before)
  })
  const body = rows.map((row) => line(row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - width(cell)))))
  return `${border('┌', '┬', '┐')}${line(head)}${border('├', '┼', '┤')}${body.join('')}${border('└', '┴', '┘')}`
}

/** Columns on a terminal, where signs of East Asia take two. */
function width(text: string): number {
  let columns = 0
  for (const sign of text) columns += /\p{Mn}/u.test(sign) ? 0 : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u.test(sign) ? 2 : 1
  return columns
}
