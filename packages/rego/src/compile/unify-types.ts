import { isConstant, type Term } from '../syntax/ast.ts'
import { arrayElement, isAny, isNil, or, select, unifies, type Known } from '../types/operations.ts'
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
  if (a.value.kind === 'array') return unify2Array(env, a, b)
  if (a.value.kind === 'object') return unify2Object(env, a, b)
  if (a.value.kind === 'var') {
    if (b.value.kind === 'var') return unify1(env, a, anyType, false) && unify1(env, b, env.get(a), false)
    if (b.value.kind === 'array') return unify2Array(env, b, a)
    if (b.value.kind === 'object') return unify2Object(env, b, a)
  }
  return false
}

function unify2Array(env: TypeEnv, a: Term, b: Term): boolean {
  if (b.value.kind === 'var') return unify1(env, a, anyType, false) && unify1(env, b, env.get(a), false)
  if (a.value.kind !== 'array' || b.value.kind !== 'array' || a.value.items.length !== b.value.items.length) return false
  const others = b.value.items
  return a.value.items.every((item, index) => {
    const other = others[index]
    return other !== undefined && unify2(env, item, env.get(item), other, env.get(other))
  })
}

function unify2Object(env: TypeEnv, a: Term, b: Term): boolean {
  if (b.value.kind === 'var') return unify1(env, a, anyType, false) && unify1(env, b, env.get(a), false)
  if (a.value.kind !== 'object' || b.value.kind !== 'object' || a.value.entries.length !== b.value.entries.length) return false
  const others = b.value.entries
  return a.value.entries.every(([key, item]) => {
    const other = others.find(([otherKey]) => sameTerm(key, otherKey))
    return other !== undefined && unify2(env, item, env.get(item), other[1], env.get(other[1]))
  })
}

/** Whether the term can be of the type. With `union`, variables may be of this type too. */
export function unify1(env: TypeEnv, term: Term, type: Known, union: boolean): boolean {
  const { value } = term
  switch (value.kind) {
    case 'array':
    case 'object':
    case 'set':
      if (type?.kind === value.kind) return unifyComposite(env, term, type, union)
      if (type?.kind !== 'any') return false
      if (isAny(type)) {
        const inner = value.kind === 'object' ? value.entries.flat() : value.items
        for (const item of inner) unify1(env, item, anyType, true)
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

function unifyComposite(env: TypeEnv, term: Term, type: Type, union: boolean): boolean {
  const { value } = term
  if (value.kind === 'array' && type.kind === 'array') {
    if (value.items.length !== type.elements.length && type.dynamic === undefined) return false
    return value.items.every((item, index) => unify1(env, item, arrayElement(type, index), union))
  }
  if (value.kind === 'set' && type.kind === 'set') return value.items.every((item) => unify1(env, item, type.of, union))
  if (value.kind === 'object' && type.kind === 'object') {
    if (value.entries.length !== type.properties.length && type.dynamic === undefined) return false
    return value.entries.every(([key, item]) => {
      const constant = isConstant(key) ? constantValue(key) : undefined
      if (constant === undefined) {
        unify1(env, item, anyType, union)
        return true
      }
      const found = select(type, constant)
      return found !== undefined && unify1(env, item, found, union)
    })
  }
  return false
}
