import { isConstant, partsOf, type Term, type TermValue } from '../syntax/ast.ts'
import { RegoObject } from '../value/object.ts'
import { RegoSet } from '../value/set.ts'
import type { Value } from '../value/value.ts'

const values = new WeakMap<TermValue, Value>()

/** The value of a term that has no variables, references or calls in it; undefined for others. */
export function constantValue(term: Term): Value | undefined {
  if (!isConstant(term)) return undefined
  if (!values.has(term.value)) for (const part of innermostFirst(term)) values.set(part.value, valueOf(part))
  return valueOf(term)
}

/** How deep a constant may be to be looked through on the stack. */
const shallow = 50

/** The collections in a constant that is nested for long, so that what is known of the inner ones serves those around them. */
export function innermostFirst(term: Term): readonly Term[] {
  if (!('levels' in term.value) || term.value.levels <= shallow) return []
  const parts = [term]
  for (const { value } of parts) {
    for (const part of partsOf(value)) if ('levels' in part.value) parts.push(part)
  }
  return parts.reverse()
}

function valueOf({ value }: Term): Value {
  const known = values.get(value)
  if (known !== undefined) return known
  switch (value.kind) {
    case 'array':
      return value.items.map(valueOf)
    case 'set':
      return RegoSet.of(value.items.map(valueOf))
    case 'object':
      return RegoObject.of(value.entries.map(([key, item]) => [valueOf(key), valueOf(item)]))
    default:
      return value.kind === 'scalar' ? value.value : null
  }
}
