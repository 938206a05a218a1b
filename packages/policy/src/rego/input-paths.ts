import type { JsonShape, PredicateType } from '@cilock/core'
import { findType, resolveType, typeForms } from '@cilock/core'
import type { Finding } from '../document/reader.ts'
import { nearest } from '../lint/edit-distance.ts'
import type { RegoRules } from './rego-rules.ts'

/** What is put together around a predicate: keys of which each may look in several ways. */
export interface ContextShape {
  readonly kind: 'context'
  readonly keys: readonly string[]
  /** None where the key can never be there. */
  readonly below: (key: string) => Shapes
}

/** What may stand somewhere: any one of these. */
export type Shapes = readonly (JsonShape | ContextShape)[]

/** What a predicate of a type can look like; the two forms of one type are the same to a policy. */
export function shapesOfType(type: string, types: readonly PredicateType[]): Shapes {
  const forms = [...new Set([type, ...typeForms(type), resolveType(type)])]
  return forms.map((form) => findType(types, form)?.schemaOf?.(form)?.shape ?? { kind: 'any' })
}

/** A read of a path that can never be there. */
export interface ImpossibleRead extends Finding {
  /** What was probably meant, as it is written. */
  readonly meant: string | undefined
}

/** Each read of a path that can never be there: what such a rule says of it is always the same, whatever was signed. */
export function impossibleReads(modules: RegoRules['modules'], root: Shapes): readonly ImpossibleRead[] {
  return modules.flatMap(({ name, pointer, reads }) =>
    reads.flatMap(({ path, row }): readonly ImpossibleRead[] => {
      const missing = missingKey(root, path)
      if (missing === undefined) return []
      const shown = ['input', ...path].join('.')
      const meant = missing.meant === undefined ? undefined : ['input', ...path.slice(0, missing.at), missing.meant].join('.')
      const message = `the Rego module ${JSON.stringify(name)} reads ${shown} in row ${row}, which can never be there${meant === undefined ? '' : `; there is ${meant}`}`
      return [{ code: 'policy-rego-input', pointer, message, expected: missing.known, found: { module: name, row, path: shown, nearest: meant ?? null }, meant }]
    }),
  )
}

interface MissingKey {
  readonly at: number
  readonly known: readonly string[]
  /** The key, or the way to it, that was probably meant. */
  readonly meant: string | undefined
}

function missingKey(root: Shapes, path: readonly string[]): MissingKey | undefined {
  let shapes = root
  for (const [at, key] of path.entries()) {
    const next = shapes.flatMap((shape) => childOf(shape, key))
    if (next.length === 0) {
      const known = [...new Set(shapes.flatMap(keysOf))].sort()
      return { at, known, meant: nearest(key, known) ?? deeper(shapes, key) }
    }
    shapes = next
  }
  return undefined
}

function childOf(shape: Shapes[number], key: string): Shapes {
  switch (shape.kind) {
    case 'context':
      return shape.below(key)
    case 'any':
      return [shape]
    case 'map':
      return [shape.values]
    case 'object': {
      const child = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined
      return child === undefined ? [] : [child]
    }
    case 'array':
    case 'scalar':
      return []
  }
}

function keysOf(shape: Shapes[number]): readonly string[] {
  if (shape.kind === 'context') return shape.keys
  return shape.kind === 'object' ? Object.keys(shape.keys) : []
}

/** The key one level further down: a rule written for a bare predicate, in a step whose input has a context. */
function deeper(shapes: Shapes, key: string): string | undefined {
  for (const shape of shapes) {
    for (const name of keysOf(shape)) if (childOf(shape, name).some((child) => keysOf(child).includes(key))) return `${name}.${key}`
  }
  return undefined
}
