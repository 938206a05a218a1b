/**
 * A value as JSON that may stand in the log of a build: what a machine there takes for a command anywhere in a line (`##[…]`,
 * `##vso[…]`) stands in a text of it, where JSON has an escape for any character. It reads back as the same.
 */
export function jsonText(value: unknown, indent?: number): string {
  return `${inLog(JSON.stringify(value, null, indent))}\n`
}

/** The same of JSON that is written already. */
export function inLog(json: string): string {
  return json.replaceAll(/##(?=[a-z]*\[)/gi, String.raw`#\u0023`)
}
