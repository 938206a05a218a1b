import type { RegoPolicyDocument } from '@cilock/policy'

/** Modules as a policy has them, by their names. */
export function modules(texts: Readonly<Record<string, string>>): readonly RegoPolicyDocument[] {
  return Object.entries(texts).map(([name, text]) => moduleOf(name, text))
}

export function moduleOf(name: string, text: string): RegoPolicyDocument {
  return { name, module: btoa(text) }
}
