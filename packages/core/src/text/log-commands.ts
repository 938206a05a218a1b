/**
 * Text as it may stand in the log of a build, where a line can be a command to the machine that shows it: `::set-output …::`
 * at the beginning of a line, and `##[…]`, `##vso[…]` or `##teamcity[…]` anywhere in one. One character of each is written
 * as its escape; everything else stays. For what is printed and was not written by the one who prints it.
 *
 * `format`: `json` for a document of JSON, whose escapes are its own, so that it reads back as the same. Default: `text`.
 *
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 *
 * @example
 * ```ts
 * withoutLogCommands('step ##[add-mask]x') // 'step #\\x23[add-mask]x'
 * ```
 */
export function withoutLogCommands(text: string, format: 'text' | 'json' = 'text'): string {
  const escape = format === 'json' ? '\\u00' : '\\x'
  return text.replaceAll(/##(?=[a-z]*\[)/gi, `#${escape}23`).replaceAll(/^(\s*):(?=:)/gm, `$1${escape}3a`)
}
