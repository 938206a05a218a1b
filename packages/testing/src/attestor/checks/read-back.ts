import { digestSetsEqual, isJsonObject, parseJson, stringifyJson } from '@cilock/core'
import type { JsonValue, PredicateType } from '@cilock/core'
import { claim, claimSame, coded } from '../claims.ts'
import type { ContractCheck, PredicateFixture, Subject } from '../fixtures.ts'
import { frozen, snapshot } from '../snapshot.ts'

/** What was written is read as it was: by those who verify, and by Go. */
export function readBackChecks({ make, fixtures: { attests, reads = {}, rejects = {}, predicate: kind = 'struct' } }: Subject): readonly ContractCheck[] {
  return [
    ...Object.entries(attests).flatMap(([name, fixture]): readonly ContractCheck[] => [
      {
        name: `reads back what it wrote, byte for byte, with the same subjects: ${name}`,
        run: async () => {
          const attestor = make()
          const context = await fixture()
          const made = await attestor.attest(frozen(context))
          const type = made.predicateType ?? attestor.predicateType
          const text = stringifyJson(made.predicate)
          const read = attestor.read(parseJson(text), type)
          claimSame(stringifyJson(read.predicate), text, 'the predicate after it was read')
          // go-witness signs other subjects than CI/lock reads from the same predicate
          if (context.dialect === 'witness') return
          claimSame(snapshot({ predicate: read.backRefs ?? {} }), snapshot({ predicate: made.backRefs ?? {} }), 'the back-references after it was read')
          for (const [subject, digest] of Object.entries(read.subjects ?? {})) {
            const before = made.subjects !== undefined && Object.hasOwn(made.subjects, subject) ? made.subjects[subject] : undefined
            claim(before !== undefined && digestSetsEqual(before, digest), `expected no subject that was not signed, found ${JSON.stringify(subject)}`)
          }
        },
      },
      ...(kind === 'document'
        ? []
        : [{ name: `reads keys in any order, and writes them in the one of its type: ${name}`, run: async () => inAnyOrder(make(), await writtenBy(make, fixture)) }]),
    ]),
    ...Object.entries(reads).map(
      ([name, { type, json }]): ContractCheck => ({ name: `reads ${name}, byte for byte`, run: async () => claimSame(stringifyJson(make().read(parseJson(json), type).predicate), json, 'the predicate after it was read') }),
    ),
    ...Object.entries(rejects).map(([name, fixture]): ContractCheck => ({ name: `does not read ${name}: ${fixture.code}`, run: async () => rejected(make(), fixture) })),
  ]
}

async function writtenBy(make: Subject['make'], fixture: Subject['fixtures']['attests'][string]): Promise<PredicateFixture> {
  const attestor = make()
  const { predicate, predicateType } = await attestor.attest(frozen(await fixture()))
  return { type: predicateType ?? attestor.predicateType, json: stringifyJson(predicate) }
}

function inAnyOrder(reader: PredicateType, { type, json }: PredicateFixture): void {
  const { predicate } = reader.read(reversed(parseJson(json)), type)
  claimSame(stringifyJson(predicate), json, 'the predicate after it was read with its keys in reverse')
}

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(reversed)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).toReversed().map(([key, member]) => [key, reversed(member)]))
}

function rejected(reader: PredicateType, { type, json, code }: PredicateFixture & { readonly code: string }): void {
  let read: unknown
  try {
    read = reader.read(parseJson(json), type)
  } catch (error) {
    claimSame(coded(error, code).code, code, 'the code of the error')
    return
  }
  claim(false, `expected ${code}, found a predicate that is read`, { expected: code, actual: read })
}
