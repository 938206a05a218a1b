// the engine is loaded by the first policy that has rules: here before any test, so that it takes no test's time
import '@cilock/rego/all'
import '@cilock/rego/analyze'
import type { RegoPolicyDocument } from '@cilock/policy'

/** Modules as a policy has them, by their names. */
export function modules(texts: Readonly<Record<string, string>>): readonly RegoPolicyDocument[] {
  return Object.entries(texts).map(([name, text]) => moduleOf(name, text))
}

export function moduleOf(name: string, text: string): RegoPolicyDocument {
  return { name, module: btoa(text) }
}
