import { any, array, digestSet, map, nullable, nullableArray, optional, required, string, struct } from '@cilock/core/schema'
import { expect, it } from 'vitest'

const text = { kind: 'scalar' }

it('a schema says which keys its JSON can have', () => {
  const schema = struct({ name: string(), files: optional(nullableArray(struct({ digest: digestSet() }))), env: map(string()), maybe: nullable(string()), must: required(array(string())), more: any() })
  expect(schema.shape).toEqual({
    kind: 'object',
    keys: {
      name: text,
      files: { kind: 'array', items: { kind: 'object', keys: { digest: { kind: 'map', values: text } } } },
      env: { kind: 'map', values: text },
      maybe: text,
      must: { kind: 'array', items: text },
      more: { kind: 'any' },
    },
  })
})
