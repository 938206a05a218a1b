/** What a token has to allow: `repository:team/app:pull,push`. */
export type Scope = string

/** Those in a challenge; what is none is left out. */
export function parseScopes(text: string | undefined): readonly Scope[] {
  return (text ?? '').split(' ').filter((scope) => /^[\w.:/*,()-]{1,512}$/.test(scope))
}

/** One scope for each resource, with all that is to be done with it; `push,pull` and `pull,push` are one. */
export function mergeScopes(scopes: readonly Scope[]): readonly Scope[] {
  const actions = new Map<string, Set<string>>()
  for (const scope of scopes) {
    const { resource, wanted } = partsOf(scope)
    const all = actions.get(resource) ?? new Set<string>()
    for (const action of wanted) all.add(action)
    actions.set(resource, all)
  }
  return [...actions].map(([resource, all]) => `${resource}:${[...all].toSorted().join(',')}`)
}

/** Whether who may do the one may do the other. */
export function coversScope(given: Scope, asked: Scope): boolean {
  const [one, other] = [partsOf(given), partsOf(asked)]
  return one.resource === other.resource && other.wanted.every((action) => one.wanted.includes(action) || one.wanted.includes('*'))
}

function partsOf(scope: Scope): { readonly resource: string; readonly wanted: readonly string[] } {
  const colon = scope.lastIndexOf(':')
  return { resource: scope.slice(0, Math.max(0, colon)), wanted: scope.slice(colon + 1).split(',') }
}
