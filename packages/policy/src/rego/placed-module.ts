import type { ModuleOutline } from '@cilock/rego/analyze'

/** A module of a policy, and what is written in it. */
export interface PlacedModule {
  readonly name: string
  /** JSON pointer to its text. */
  readonly pointer: string
  readonly outline: ModuleOutline
}
