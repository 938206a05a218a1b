import { witnessTypeOf } from './type-alias.ts'

/**
 * Whose spelling evidence is written in. `cilock`: what CI/lock writes today. `witness`: what go-witness reads, which is
 * type URIs under `witness.dev`, material, product and command-run v0.1, and no back-references.
 */
export type Dialect = 'cilock' | 'witness'

/** The dialects there are. */
export const dialects: readonly Dialect[] = ['cilock', 'witness']

/**
 * A type's URI as a dialect writes it; undefined where go-witness has no such type: one entry that it does not know makes
 * a whole collection unreadable there.
 */
export function typeIn(dialect: Dialect, type: string): string | undefined {
  if (dialect === 'cilock') return type
  return witnessTypeOf(type) ?? (type.startsWith('https://aflock.ai/') ? undefined : type)
}
