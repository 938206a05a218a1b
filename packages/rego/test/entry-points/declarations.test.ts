import { readFileSync } from 'node:fs'
import type { Type } from '@cilock/rego'
import { allBuiltins } from '@cilock/rego/all'
import { expect, test } from 'vitest'

// What `opa capabilities --current` of OPA 1.13.1 says, a built-in a line.
const recorded = readFileSync(new URL('declarations.txt', import.meta.url), 'utf8').trimEnd().split('\n')
const nameOf = (line: string): string => line.slice(0, line.indexOf('('))

function show(type: Type | undefined): string {
  if (type === undefined) return 'void'
  switch (type.kind) {
    case 'any':
      return type.of.length === 0 ? 'any' : `(${type.of.map(show).sort().join('|')})`
    case 'array':
      return `array<${type.elements.map(show).join()}${type.dynamic === undefined ? '' : `;${show(type.dynamic)}`}>`
    case 'set':
      return `set<${show(type.of)}>`
    case 'object': {
      const { dynamic } = type
      const properties = type.properties.map(({ key, value }) => `${typeof key === 'string' ? key : ''}:${show(value)}`).sort()
      return `object<${properties.join()}${dynamic === undefined ? '' : `;${show(dynamic.key)}:${show(dynamic.value)}`}>`
    }
    default:
      return type.kind
  }
}

const declared = allBuiltins.map(({ name, declaration: { args, variadic, result }, relation, deprecated, nondeterministic }) => {
  const flags = [relation === true ? ' relation' : '', deprecated === true ? ' deprecated' : '', nondeterministic === true ? ' nondeterministic' : '']
  return `${name}(${args.map(show).join(', ')}${variadic === undefined ? '' : `...${show(variadic)}`}) -> ${show(result)}${flags.join('')}`
})

test('each built-in of OPA is there, but those for networks, hosts, GraphQL and AWS', () => {
  const names = new Set(allBuiltins.map(({ name }) => name))
  expect(recorded.map(nameOf).filter((name) => !names.has(name))).toEqual([
    ...['is_valid', 'parse', 'parse_and_verify', 'parse_query', 'parse_schema', 'schema_is_valid'].map((name) => `graphql.${name}`),
    'http.send',
    'net.lookup_ip_addr',
    'opa.runtime',
    'providers.aws.sign_req',
  ])
})

test('no built-in is there that OPA does not have, and none twice', () => {
  const names = new Set(recorded.map(nameOf))
  expect(declared.map(nameOf).filter((name) => !names.has(name))).toEqual([])
  expect(new Set(declared.map(nameOf)).size).toBe(declared.length)
})

test('the declarations are those of OPA', () => {
  expect(recorded.filter((line) => declared.some((other) => nameOf(other) === nameOf(line)) && !declared.includes(line))).toEqual([])
})
