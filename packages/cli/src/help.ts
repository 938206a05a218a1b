import type { CommandRow } from './commands/command.ts'
import type { Flag } from './flags/flag.ts'

/** What `cilock` alone and `cilock --help` print. */
export function overview(table: readonly CommandRow[]): string {
  const width = Math.max(...table.map(({ name }) => name.length))
  const commands = table.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `cilock collects evidence about a build, signs it, and decides against a signed policy.\n\nCommands:\n${commands.join('\n')}\n\n\`cilock COMMAND --help\` shows the flags of a command.\n`
}

/** The help of one command; `advanced` also lists what is hidden and what is refused. */
export function commandHelp({ usage, summary }: Pick<CommandRow, 'usage' | 'summary'>, flags: readonly Flag[], advanced: boolean): string {
  const shown = flags.filter((flag) => advanced || (flag.hidden !== true && flag.refused === undefined))
  const rows = shown.map((flag) => [names(flag), text(flag)] as const)
  const width = Math.max(...rows.map(([name]) => name.length))
  const list = rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`.trimEnd())
  return `${usage}\n\n${summary}\n\nFlags:\n${list.join('\n')}\n`
}

function names({ name, short, kind }: Flag): string {
  const value = kind === 'bool' ? '' : kind === 'slice' ? ' A,B,…' : kind === 'int' ? ' N' : ' VALUE'
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value}`
}

function text({ help, default: standard, refused }: Flag): string {
  if (refused !== undefined) return `refused: ${refused}`
  return standard === undefined || standard === '' ? help : `${help} (default: ${standard})`
}
