import { isConstant, partsOf, type Term } from '../syntax/ast.ts'
import { arrayElement, compareTypes, isAny, isNil, or, select, unifies, type Known } from '../types/operations.ts'
import { anyType, type Type } from '../types/type.ts'
import { constantValue } from './constant.ts'
import { sameTerm } from './outputs.ts'
import type { TypeEnv } from './type-env.ts'

/** Whether both terms can be equal; the types of variables that this tells go into the environment. */
export function unify2(env: TypeEnv, a: Term, typeA: Known, b: Term, typeB: Known): boolean {
  const nilA = isNil(typeA)
  const nilB = isNil(typeB)
  if (nilA && !nilB) return unify1(env, a, typeB, false)
  if (nilB && !nilA) return unify1(env, b, typeA, false)
  if (!nilA) return unifies(typeA, typeB)
  if (a.value.kind === 'var' && 'levels' in b.value && b.value.kind !== 'set') return unify2(env, b, typeB, a, typeA)
  if (b.value.kind === 'var') return (a.value.kind === 'var' || a.value.kind === 'array' || a.value.kind === 'object') && unify1(env, a, anyType, false) && unify1(env, b, env.get(a), false)
  if (a.value.kind === 'array' && b.value.kind === 'array') return unifyMembers(env, a.value.items, b.value.items)
  if (a.value.kind !== 'object' || b.value.kind !== 'object') return false
  const others = b.value.entries
  return unifyMembers(env, a.value.entries.map(([, item]) => item), a.value.entries.map(([key]) => others.find(([otherKey]) => sameTerm(key, otherKey))?.[1]), others.length)
}

function unifyMembers(env: TypeEnv, items: readonly Term[], others: readonly (Term | undefined)[], count = others.length): boolean {
  return (
    items.length === count &&
    items.every((item, index) => {
      const other = others[index]
      return other !== undefined && unify2(env, item, env.get(item), other, env.get(other))
    })
  )
}

/** Whether the term can be of the type. With `union`, variables may be of this type too. */
export function unify1(env: TypeEnv, term: Term, type: Known, union: boolean): boolean {
  const { value } = term
  // A constant binds nothing, and may be nested for long.
  if (isConstant(term) && (isAny(type) || compareTypes(env.get(term), type) === 0)) return true
  switch (value.kind) {
    case 'array':
    case 'object':
    case 'set':
      if (type?.kind === value.kind) return unifyComposite(env, term, type, union)
      if (type?.kind !== 'any') return false
      if (isAny(type)) {
        for (const item of partsOf(value)) unify1(env, item, anyType, true)
        return true
      }
      {
        let found = false
        for (const member of type.of) found = unify1(env, term, member, true) || found
        return found
      }
    case 'var':
      if (union) {
        env.put(term, or(env.get(term), type) ?? anyType)
        return true
      }
      {
        const known = env.get(term)
        if (known !== undefined) return unifies(known, type)
        if (type !== undefined) env.put(term, type)
        return true
      }
    default:
      return unifies(env.get(term), type)
  }
}

function unifyComposite(env: TypeEnv, { value }: Term, type: Type, union: boolean): boolean {
  if (value.kind === 'object' && type.kind === 'object') {
    if (value.entries.length !== type.properties.length && type.dynamic === undefined) return false
    for (const [key, item] of value.entries) {
      const constant = constantValue(key)
      const found = constant === undefined ? anyType : select(type, constant)
      const fits = found !== undefined && unify1(env, item, found, union)
      if (!fits && constant !== undefined) return false
    }
    return true
  }
  const parts = partsOf(value)
  if (type.kind === 'array' && parts.length !== type.elements.length && type.dynamic === undefined) return false
  for (const [index, part] of parts.entries()) {
    if (!unify1(env, part, type.kind === 'array' ? arrayElement(type, index) : type.kind === 'set' ? type.of : undefined, union)) return false
  }
  return true
}
