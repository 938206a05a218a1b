import type { Term } from '../syntax/ast.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import type { Value } from '../value/value.ts'

/** The value of a term that has no variables, references or calls in it; undefined for others. */
export function constantValue(term: Term): Value | undefined {
  const { value } = term
  switch (value.kind) {
    case 'scalar':
      return value.value
    case 'array':
    case 'set': {
      const items: Value[] = []
      for (const item of value.items) {
        const constant = constantValue(item)
        if (constant === undefined) return undefined
        items.push(constant)
      }
      return value.kind === 'array' ? items : RegoSet.of(items)
    }
    case 'object': {
      const object = new RegoObject()
      for (const [key, item] of value.entries) {
        const name = constantValue(key)
        const constant = constantValue(item)
        if (name === undefined || constant === undefined) return undefined
        object.set(name, constant)
      }
      return object
    }
    case 'var':
    case 'ref':
    case 'call':
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
    case 'templatestring':
      return undefined
  }
}
