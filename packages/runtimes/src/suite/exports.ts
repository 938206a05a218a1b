import type { PredicateType } from '@cilock/core'
import type { Check } from './check.ts'

/** The modules of the packages that run anywhere, by specifier. */
export type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** Every export is there. */
export function exportChecks(modules: Modules): readonly Check[] {
  return Object.entries(modules).map(([specifier, module]) => ({ name: `import ${specifier}`, run: () => Object.keys(module).sort().join(' ') }))
}

/** The readers of every attestation, each once. */
export function typesIn(modules: Modules): readonly PredicateType[] {
  const doors = Object.entries(modules).filter(([specifier]) => specifier.endsWith('/type'))
  return [...new Set(doors.flatMap(([, module]) => Object.values(module)).filter(isPredicateType))]
}

function isPredicateType(value: unknown): value is PredicateType {
  return typeof value === 'object' && value !== null && 'predicateType' in value && 'read' in value && typeof value.read === 'function'
}
