import { findType } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import type { StepMembers } from '../document/members.ts'
import { below } from '../document/reader.ts'
import type { Candidate } from '../evidence/candidate.ts'
import { inPolicy, notEvaluated } from '../report/check.ts'
import type { Check } from '../report/report.ts'
import { asGoReads } from './as-go-reads.ts'
import type { JudgedExternal } from './externals.ts'
import type { RegoContext } from './rego-checks.ts'
import type { NamedStep, Ruling } from './ruling.ts'

/** What the rules of a step see of other evidence; or why they cannot be asked yet. */
export type StepContext = { readonly seen: RegoContext; readonly of: string } | { readonly missing: readonly Check[] }

/**
 * The context of a step: of each step and external attestation that it names the accepted evidence, which of several is
 * the first by digest. An optional external attestation that nobody made is simply not there.
 */
export function contextOf({ name, step }: NamedStep, accepted: ReadonlyMap<string, readonly Candidate[]>, externals: ReadonlyMap<string, JudgedExternal>, ruling: Ruling): StepContext {
  const missing = missingEvidence(name, step, accepted, externals)
  if (missing.length > 0) return { missing }
  const { attestationsFrom = [], externalFrom = [] } = step
  const used: string[] = []
  const steps = fromEntries(
    unique(attestationsFrom).flatMap((other) => {
      const [first] = accepted.get(other) ?? []
      if (first === undefined) return []
      used.push(first.id)
      return [[other, bodiesOf(first, ruling)] as const]
    }),
  )
  const external = unique(externalFrom).flatMap((other) => {
    const [first] = externals.get(other)?.accepted ?? []
    if (first?.statement === undefined) return []
    used.push(first.id)
    return [[other, readAs(first.statement.predicateType, first.statement.predicate, ruling)] as const]
  })
  return { seen: { steps, ...(external.length > 0 && { external: fromEntries(external) }) }, of: used.join('\n') }
}

function missingEvidence(name: string, { attestationsFrom = [], externalFrom = [] }: StepMembers, accepted: ReadonlyMap<string, readonly Candidate[]>, externals: ReadonlyMap<string, JudgedExternal>): readonly Check[] {
  const pointer = below('/steps', name)
  return [
    ...attestationsFrom.flatMap((other, index) => {
      if ((accepted.get(other) ?? []).length > 0) return []
      const place = inPolicy(below(below(pointer, 'attestationsFrom'), index))
      return [notEvaluated({ code: 'context', place, expected: other }, `the step ${JSON.stringify(other)}, which its rules look at, has no accepted evidence`)]
    }),
    ...externalFrom.flatMap((other, index) => {
      const found = externals.get(other)
      if (found?.verdict === 'passed' || found?.verdict === 'skipped') return []
      const place = inPolicy(below(below(pointer, 'externalFrom'), index))
      return [notEvaluated({ code: 'context', place, expected: other }, `the external attestation ${JSON.stringify(other)}, which its rules look at, was not accepted`)]
    }),
  ]
}

/** By the types as they were recorded; of two of one type the first counts, as nothing that comes later may replace it. */
function bodiesOf({ content }: Candidate, ruling: Ruling): JsonObject {
  const bodies = new Map<string, JsonValue>()
  for (const { type, attestation } of content?.collection.attestations ?? []) if (!bodies.has(type)) bodies.set(type, readAs(type, attestation, ruling))
  return fromEntries([...bodies])
}

function readAs(type: string, predicate: JsonValue, { rules, types }: Ruling): JsonValue {
  return rules.signedInput ? predicate : asGoReads(predicate, findType(types, type)?.schemaOf?.(type))
}

function fromEntries(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries)
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}
