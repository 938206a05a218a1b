import { findType } from '@cilock/core'
import type { JsonObject, JsonValue } from '@cilock/core'
import { attestationPointer } from '../document/rego.ts'
import type { Candidate } from '../evidence/candidate.ts'
import type { VerifyLimits } from '../limits.ts'
import { asGoReads } from './as-go-reads.ts'
import { combinations } from './combinations.ts'
import type { JudgedExternal } from './externals.ts'
import type { RegoContext } from './rego-checks.ts'
import type { NamedStep, Ruling } from './ruling.ts'

/** Evidence that rules look at: one of what counts for a step or an external attestation. */
export interface Seen {
  readonly kind: 'step' | 'external'
  readonly name: string
  readonly digest: string
}

/** One way in which the rules of a step may see other evidence. */
export interface View {
  /** The same for the same evidence. */
  readonly id: string
  readonly input: RegoContext
  /** What of it the rules may look at. */
  readonly seen: readonly Seen[]
}

/** The evidence that counts, apart from the step's own. */
export interface Others {
  readonly steps: ReadonlyMap<string, readonly Candidate[]>
  readonly externals: ReadonlyMap<string, JudgedExternal>
}

/** A step or an external attestation that rules see, and what stands there for it. */
interface Part {
  readonly kind: Seen['kind']
  readonly name: string
  readonly choices: readonly Choice[]
}

interface Choice {
  readonly part: Pick<Part, 'kind' | 'name'>
  readonly id: string
  readonly digest: string
  readonly body: JsonValue
  readonly isRead: boolean
}

/**
 * Every view that the rules of a step have of the evidence that counts: one of each step and of each external attestation
 * named, and of attestations of one type in a collection one, in every way that the rules could tell apart. Undefined where
 * these are more than the limit. By CI/lock's own rules there is one view, of the first of each.
 */
export function viewsOf({ name, step }: NamedStep, others: Others, ruling: Ruling, limits: Required<VerifyLimits>): readonly View[] | undefined {
  const { attestationsFrom = [], externalFrom = [] } = step
  const reads = readsOf({ name, step }, ruling)
  // what no rule reads makes no difference, so any stands for all
  const isTold = (path: readonly string[]): boolean => ruling.rules.everyContext && reads.some((read) => read.every((key, index) => index >= path.length || key === path[index]))
  const parts: (Part | undefined)[] = [
    ...unique(attestationsFrom).map((other): Part | undefined => {
      const candidates = others.steps.get(other) ?? []
      const isRead = isTold(['steps', other])
      const choices = (isRead ? candidates : candidates.slice(0, 1)).map((candidate) => bodiesOf(candidate, (type) => isTold(['steps', other, type]), ruling, limits.contexts))
      if (choices.some((each) => each === undefined)) return undefined
      const part = { kind: 'step', name: other } as const
      return { ...part, choices: choices.flatMap((each) => each ?? []).map((each) => ({ ...each, part, isRead })) }
    }),
    ...unique(externalFrom).map((other): Part => {
      const accepted = others.externals.get(other)?.accepted ?? []
      const isRead = isTold(['external', other])
      const part = { kind: 'external', name: other } as const
      const choices = (isRead ? accepted : accepted.slice(0, 1)).flatMap(({ id, digest, statement }): readonly Choice[] =>
        statement === undefined ? [] : [{ part, id, digest, body: readAs(statement.predicateType, statement.predicate, ruling), isRead }],
      )
      return { ...part, choices }
    }),
  ]
  if (parts.some((part) => part === undefined)) return undefined
  // an optional external attestation that nobody made is simply not there
  const lists = parts.flatMap((part) => (part === undefined || part.choices.length === 0 ? [] : [part.choices]))
  return combinations(lists, limits.contexts)?.map(viewOf)
}

function viewOf(chosen: readonly Choice[]): View {
  const bodies = (kind: Seen['kind']): JsonObject => Object.fromEntries(chosen.filter(({ part }) => part.kind === kind).map(({ part, body }) => [part.name, body]))
  const external = bodies('external')
  return {
    id: chosen.map(({ id }) => id).join('\n'),
    input: { steps: bodies('step'), ...(Object.keys(external).length > 0 && { external }) },
    seen: chosen.filter(({ isRead }) => isRead).map(({ part: { kind, name }, digest }) => ({ kind, name, digest })),
  }
}

/** The paths of `input` that the rules of a step read. */
function readsOf({ name, step: { attestations = [] } }: NamedStep, { policy }: Ruling): readonly (readonly string[])[] {
  return attestations.flatMap((_, index) => policy.rego.get(attestationPointer(name, index))?.modules ?? []).flatMap(({ reads }) => reads.map(({ path }) => path))
}

/** By the types as they were recorded. Of several of one type any may be meant, and by CI/lock's own rules the first is. */
function bodiesOf({ id, digest, content }: Candidate, isRead: (type: string) => boolean, ruling: Ruling, most: number): readonly Pick<Choice, 'id' | 'digest' | 'body'>[] | undefined {
  const byType = new Map<string, { readonly index: number; readonly type: string; readonly attestation: JsonValue }[]>()
  for (const [index, { type, attestation }] of (content?.collection.attestations ?? []).entries()) {
    const known = byType.get(type)
    if (known === undefined) byType.set(type, [{ index, type, attestation }])
    else if (isRead(type)) known.push({ index, type, attestation })
  }
  return combinations([...byType.values()], most)?.map((chosen) => ({
    id: [id, ...chosen.filter(({ type }) => (byType.get(type) ?? []).length > 1).map(({ index }) => index)].join(' '),
    digest,
    body: Object.fromEntries(chosen.map(({ type, attestation }) => [type, readAs(type, attestation, ruling)])),
  }))
}

function readAs(type: string, predicate: JsonValue, { rules, types }: Ruling): JsonValue {
  return rules.signedInput ? predicate : asGoReads(predicate, findType(types, type)?.schemaOf?.(type))
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}
