import { coreBuiltins } from '@cilock/rego'
import type { Builtin } from '@cilock/rego'

/** Built-ins that stand apart in the engine, and the words that every name of theirs begins with. */
interface Group {
  readonly namespaces: readonly string[]
  readonly load: () => Promise<readonly Builtin[]>
}

const groups: readonly Group[] = [
  {
    namespaces: ['base64', 'base64url', 'bits', 'graph', 'hex', 'json', 'net', 'rand', 'regex', 'rego', 'semver', 'strings', 'time', 'units', 'urlquery', 'uuid'],
    load: async () => (await import('@cilock/rego/further')).furtherBuiltins,
  },
  { namespaces: ['crypto'], load: async () => (await import('@cilock/rego/crypto')).cryptoBuiltins },
  { namespaces: ['io'], load: async () => (await import('@cilock/rego/jwt')).jwtBuiltins },
  { namespaces: ['json'], load: async () => (await import('@cilock/rego/json-schema')).jsonSchemaBuiltins },
  { namespaces: ['rego', 'yaml'], load: async () => (await import('@cilock/rego/yaml')).yamlBuiltins },
]

/**
 * The built-ins beyond the core that modules could call. They are most of the engine, and few policies call any: a module in
 * whose text the first word of a name does not stand cannot call it, since Rego has no other way to write it. Where in doubt
 * (a comment, a variable, `json["patch"]`) they are loaded.
 */
export async function neededBuiltins(sources: readonly Uint8Array[]): Promise<readonly Builtin[]> {
  const words = new Set(sources.flatMap(firstWords))
  const needed = groups.filter(({ namespaces }) => namespaces.some((each) => words.has(each)))
  return (await Promise.all(needed.map(async ({ load }) => load()))).flat()
}

/** Words of a module that may begin the name of a built-in, but for those that begin one of the core, and `rego.v1`. */
function firstWords(source: Uint8Array): readonly string[] {
  return [...new TextDecoder().decode(source).matchAll(/\b([a-z][a-z0-9]*)\b(?:\.([a-z0-9_]+))?/g)].flatMap(([name, first = '']) => (isOfTheCore(name) ? [] : [first]))
}

function isOfTheCore(name: string): boolean {
  return name === 'rego.v1' || coreBuiltins.some((each) => each.name === name)
}
