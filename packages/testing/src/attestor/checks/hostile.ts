import { CilockError, isJsonObject, parseJson, stringifyJson } from '@cilock/core'
import type { Evidence, JsonObject, JsonValue, PredicateType } from '@cilock/core'
import { AssertionError } from '../../error.ts'
import { claim, claimSame } from '../claims.ts'
import type { AttestorFixtures, ContractCheck, Subject } from '../fixtures.ts'
import { frozen } from '../snapshot.ts'
import { placesOf, withMember, withValue } from '../places.ts'

/** What holds for predicates that somebody else wrote, with whatever intent. */
export function hostileChecks({ make, fixtures: { attests, predicate: kind = 'struct' } }: Subject): readonly ContractCheck[] {
  const checks = checksFor[kind]
  return Object.entries(attests).flatMap(([name, fixture]) =>
    checks.map(({ title, check }): ContractCheck => ({
      name: `${title}: ${name}`,
      run: async () => {
        const attestor = make()
        const { predicate, predicateType } = await attestor.attest(frozen(await fixture()))
        check({ read: (value) => readOrRefuse(attestor, value, predicateType ?? attestor.predicateType), predicate: parseJson(stringifyJson(predicate)) })
      },
    })),
  )
}

interface Written {
  /** Undefined for a predicate that is refused with a code. */
  readonly read: (value: unknown) => Evidence | undefined
  readonly predicate: JsonValue
}

interface HostileCheck {
  readonly title: string
  readonly check: (written: Written) => void
}

const unknownKeys: HostileCheck = {
  title: 'keeps a key that it does not know, or refuses it',
  check: ({ read, predicate }) => {
    if (!isJsonObject(predicate)) return
    const evidence = read({ ...predicate, 'x-unknown': { nested: [1, 'two', null] } })
    if (evidence === undefined) return
    const kept = (evidence.predicate as JsonObject)['x-unknown']
    claimSame(kept === undefined ? 'nothing' : stringifyJson(kept), '{"nested":[1,"two",null]}', 'the value of an unknown key')
  },
}

const prototypes: HostileCheck = {
  title: 'takes __proto__ for a key like any other',
  check: ({ read, predicate }) => {
    for (const place of placesOf(predicate)) {
      if (!isJsonObject(place.value)) continue
      for (const value of [{ polluted: true }, Object.values(place.value)[0] ?? '']) {
        const evidence = read(withMember(predicate, place, '__proto__', value))
        const { polluted } = {} as { readonly polluted?: unknown }
        Reflect.deleteProperty(Object.prototype, 'polluted')
        claim(polluted === undefined, `expected Object.prototype to stay as it is, found a new member after reading __proto__ at ${place.pointer}`)
        if (evidence !== undefined) for (const { pointer, value: object } of placesOf(evidence.predicate as JsonValue)) ordinary(object, pointer)
      }
    }
  },
}

function ordinary(value: unknown, pointer: string): void {
  if (!isJsonObject(value)) return
  const prototype: unknown = Object.getPrototypeOf(value)
  claim(prototype === null || prototype === Object.prototype, `expected an ordinary object at ${pointer}, found one with another prototype`)
}

const letterCases: HostileCheck = {
  title: 'refuses a known key in other letter case, which Go would read as the key',
  check: ({ read, predicate }) => {
    if (!isJsonObject(predicate)) return
    for (const key of Object.keys(predicate)) {
      for (const variant of new Set([key.toUpperCase(), key.charAt(0).toUpperCase() + key.slice(1), key.replace('s', 'ſ'), key.replace('k', '\u212a')])) {
        if (variant === key) continue
        const { [key]: value = null, ...rest } = predicate
        for (const other of [{ ...predicate, [variant]: value }, { ...rest, [variant]: value }]) {
          claim(read(other) === undefined, `expected ${JSON.stringify(variant)} to be refused, since Go reads it as ${JSON.stringify(key)}; found it read`)
        }
      }
    }
  },
}

const otherValues: HostileCheck = {
  title: 'reads any value anywhere or refuses it with a code, and reads what it read to the same bytes',
  check: ({ read, predicate }) => {
    const values: readonly JsonValue[] = [null, true, 0, -1, 1.5, '', 'x', [], {}, [null], { x: null }, [[]], [{}]]
    for (const place of placesOf(predicate)) {
      for (const value of values) {
        const once = read(withValue(predicate, place, value))
        if (once === undefined) continue
        const text = stringifyJson(once.predicate)
        const twice = read(parseJson(text))
        claim(twice !== undefined, `expected to read again what was read with ${JSON.stringify(value)} at ${place.pointer}, found it refused`)
        if (twice !== undefined) claimSame(stringifyJson(twice.predicate), text, `the predicate read twice, with ${JSON.stringify(value)} at ${place.pointer}`)
      }
    }
    claim(read(undefined) === undefined, 'expected no predicate at all to be refused, found it read')
  },
}

const checksFor: Readonly<Record<NonNullable<AttestorFixtures['predicate']>, readonly HostileCheck[]>> = {
  struct: [unknownKeys, prototypes, letterCases, otherValues],
  map: [prototypes, otherValues],
  document: [unknownKeys, prototypes, otherValues],
}

function readOrRefuse(reader: PredicateType, value: unknown, type: string): Evidence | undefined {
  try {
    return reader.read(value, type)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw new AssertionError(`expected a predicate to be read or refused with a code, found ${String(error)}`, { cause: error })
  }
}
