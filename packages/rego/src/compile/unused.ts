import { isWildcard, type Body, type Loc } from '../syntax/ast.ts'
import { varsOfBody, varsOfExpr } from '../syntax/walk.ts'
import { declaredVars } from './resolve.ts'
import type { Scopes } from './scopes.ts'

type Fail = (loc: Loc, message: string) => void

/** Variables that `:=` declares in the innermost scope and nothing uses. `used` is what the head needs. */
export function reportUnusedAssigned(body: Body, used: ReadonlySet<string>, scopes: Scopes, fail: Fail): void {
  const { top } = scopes
  const usedNames = new Set([...used].map((name) => scopes.declared(name) ?? name))
  const unused: [string, string][] = []
  for (const [name, occurrence] of top.occurrence) {
    const as = top.names.get(name) ?? name
    if (occurrence === 'assigned' && !isWildcard(name) && scopes.count(name) <= 1 && !usedNames.has(as)) unused.push([as, name])
  }
  for (const [as, name] of unused.sort(byGenerated)) {
    const where = body.find((expr) => varsOfExpr(expr).has(as)) ?? body[0]
    if (where !== undefined) fail(where.loc, `assigned var ${name} unused`)
  }
}

/** Variables that `some` declares in the innermost scope and nothing uses in the rewritten body. */
export function reportUnusedDeclared(body: Body, used: ReadonlySet<string>, rewritten: Body, scopes: Scopes, fail: Fail): void {
  const { top } = scopes
  const declared = [...top.occurrence].filter(([, occurrence]) => occurrence === 'declared').map(([name]): [string, string] => [top.names.get(name) ?? name, name])
  if (declared.length === 0) return
  const inUse = varsOfBody(rewritten)
  for (const name of used) inUse.add(scopes.declared(name) ?? name)
  for (const [as, name] of declared.sort(byGenerated)) {
    if (inUse.has(as) || used.has(as) || name.startsWith('__local')) continue
    const where = body.find((expr) => declaredVars([expr]).has(name)) ?? body[0]
    if (where !== undefined) fail(where.loc, `declared var ${isWildcard(name) ? '_' : name} unused`)
  }
}

function byGenerated([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
