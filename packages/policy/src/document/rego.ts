import type { CompileRulesOptions } from '../rego/compile-rules.ts'
import type { RegoRules } from '../rego/rego-rules.ts'
import type { PolicyMembers, RegoPolicyMembers } from './members.ts'
import { below } from './reader.ts'
import type { Finding } from './reader.ts'
import { sortedEntries } from './rules.ts'

/** Compiles every module of a policy. The engine is loaded only for policies that have some. */
export async function compileRego(members: PolicyMembers, options: Omit<CompileRulesOptions, 'builtins'>): Promise<{ readonly rego: ReadonlyMap<string, RegoRules>; readonly findings: readonly Finding[] }> {
  const places = placesOf(members)
  const rego = new Map<string, RegoRules>()
  if (places.length === 0) return { rego, findings: [] }
  const [{ compileRules }, { neededBuiltins }] = await Promise.all([import('../rego/compile-rules.ts'), import('../rego/needed-builtins.ts')])
  const builtins = await neededBuiltins(places.flatMap(({ modules }) => modules.map(({ module = new Uint8Array() }) => module)))
  const findings: Finding[] = []
  for (const { pointer, modules } of places) {
    const compiled = compileRules(modules, below(pointer, 'regopolicies'), { ...options, builtins })
    findings.push(...compiled.findings)
    if (compiled.rules !== undefined) rego.set(pointer, compiled.rules)
  }
  return { rego, findings }
}

interface Place {
  readonly pointer: string
  readonly modules: readonly RegoPolicyMembers[]
}

function placesOf({ steps, externalAttestations }: PolicyMembers): readonly Place[] {
  return [
    ...sortedEntries(steps).flatMap(([name, { attestations = [] }]) => attestations.map(({ regopolicies = [] }, index) => ({ pointer: attestationPointer(name, index), modules: regopolicies }))),
    ...sortedEntries(externalAttestations).map(([name, { regopolicies = [] }]) => ({ pointer: externalPointer(name), modules: regopolicies })),
  ].filter(({ modules }) => modules.length > 0)
}

/** Where an attestation of a step stands, by which its rules are found too. */
export function attestationPointer(step: string, index: number): string {
  return below(below(below('/steps', step), 'attestations'), index)
}

export function externalPointer(name: string): string {
  return below('/externalAttestations', name)
}
