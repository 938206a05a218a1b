import { map, optional, string, struct } from '@cilock/core/schema'
import type { Schema } from '@cilock/core/schema'

/** The host, the user and the variables that a step ran with. */
export interface EnvironmentPredicate {
  /** Go's name of the system: `linux`, `darwin`, `windows` … */
  readonly os: string
  /** The machine's name. */
  readonly hostname: string
  /** Empty when it was not known. */
  readonly username: string
  /** Absent when there were none. */
  readonly variables?: Readonly<Record<string, string>>
}

export const environmentSchema: Schema<EnvironmentPredicate> = struct({
  os: string(),
  hostname: string(),
  username: string(),
  variables: optional(map(string())),
})
