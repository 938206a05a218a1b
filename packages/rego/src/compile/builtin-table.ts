import type { Builtin } from '../builtins/builtin.ts'

/** The built-ins of one compilation. */
export interface BuiltinTable {
  readonly get: (name: string) => Builtin | undefined
  /** Known, but a policy that mentions it is refused. */
  readonly isUnsafe: (name: string) => boolean
  readonly all: () => Iterable<Builtin>
}

export function builtinTable(builtins: Iterable<Builtin>, unsafe: ReadonlySet<string>): BuiltinTable {
  const byName = new Map<string, Builtin>()
  for (const builtin of builtins) byName.set(builtin.name, builtin)
  return { get: (name) => byName.get(name), isUnsafe: (name) => unsafe.has(name), all: () => byName.values() }
}
