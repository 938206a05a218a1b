import { withoutLogCommands } from '@cilock/core'

/** A value as JSON that may stand in the log of a build, and a line break. */
export function jsonText(value: unknown, indent?: number): string {
  return `${withoutLogCommands(JSON.stringify(value, null, indent), 'json')}\n`
}
