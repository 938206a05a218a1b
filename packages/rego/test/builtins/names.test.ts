import { coreBuiltins } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { expect, test } from 'vitest'
import { isBuiltinName } from '../../src/builtins/names.ts'
import { notOffered } from '../../src/builtins/not-offered.ts'

test('the names that OPA has are those offered here and those listed as offered nowhere', () => {
  const offered = new Set([...coreBuiltins, ...allBuiltins].map(({ name }) => name))
  expect(offered.size).toBe(193)
  expect(notOffered.size).toBe(10)
  for (const name of [...offered, ...notOffered]) expect(isBuiltinName(name), name).toBe(true)
  for (const name of notOffered) expect(offered.has(name), name).toBe(false)
  for (const name of ['', 'uri.parse', 'count.x', '__proto__', 'toString']) expect(isBuiltinName(name), name).toBe(false)
})
