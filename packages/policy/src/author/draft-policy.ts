import { collectionOf, collectionType, compareUtf8, readAttestation, resolveType, statementOf, verifyEnvelope, witnessCollectionType } from '@cilock/core'
import type { Envelope, PredicateType, ReadCollection, Verifier } from '@cilock/core'
import { quoteGlob } from '@cilock/glob'
import { argument, aTime, listOf, object, optional } from '../argument.ts'
import { anEnvelope, aPublicKey, aType } from '../check-options.ts'
import { findCycles } from '../document/cycles.ts'
import type { PolicyDocument } from '../document/policy.ts'
import { artifactsOf } from '../evidence/artifacts.ts'
import { compareArtifacts } from '../judge/compare-artifacts.ts'
import type { ExternalDefinition, PolicyPublicKey, StepDefinition } from './definition.ts'
import { definePolicy } from './define-policy.ts'

/** What a draft is made of. */
export interface DraftPolicyOptions {
  /** Evidence of a good run: collections, and statements that stand alone. */
  readonly envelopes: readonly Envelope[]
  /** Who signed it. */
  readonly keys: readonly (Verifier & PolicyPublicKey)[]
  /** Until when the policy holds. */
  readonly expires: Date
  /** Readers of attestations, by which files are followed from step to step. Default: none are. */
  readonly types?: readonly PredicateType[]
}

const draftOptions = object({ envelopes: listOf(anEnvelope), keys: listOf(aPublicKey), expires: aTime, types: optional(listOf(aType)) })

interface Seen {
  readonly signers: Set<string>
  readonly collections: ReadCollection[]
}

/**
 * A policy that the evidence of one good run satisfies, to start from: a step for each name of a collection, signed by
 * whoever signed it, with the attestations that all of its collections hold; `artifactsFrom` where a step's materials are
 * another's products, and `allowedUntracked` for the files that came from no step (more than fifty: for all files); an external attestation for each other predicate type. Nothing in it says what predicates must
 * contain: that is left to be written.
 *
 * @throws CilockError `ERR_SIGNATURE_INVALID` … of `verifyEnvelope()`, when no key given verifies an envelope;
 * `ERR_MALFORMED` for what is no statement; DefinitionError `ERR_POLICY_DOCUMENT`.
 * @example
 * const draft = await draftPolicy({ envelopes, keys: [verifier], expires: new Date('2027-01-01'), types: [materialType, productType] })
 */
export async function draftPolicy(options: DraftPolicyOptions): Promise<PolicyDocument> {
  draftOptions(options, argument('draftPolicy', 'options'))
  const { envelopes, keys, expires, types = [] } = options
  if (envelopes.length === 0) throw new TypeError('draftPolicy needs at least one envelope')
  const steps = new Map<string, Seen>()
  const externals = new Map<string, Set<string>>()
  for (const envelope of envelopes) {
    const verified = await verifyEnvelope(envelope, keys)
    const statement = statementOf(verified)
    const signers = verified.signers.map(({ keyid }) => keyid)
    if (![collectionType, witnessCollectionType].includes(statement.predicateType)) {
      externals.set(statement.predicateType, new Set([...(externals.get(statement.predicateType) ?? []), ...signers]))
      continue
    }
    const raw = collectionOf(statement)
    const collection = { ...raw, attestations: raw.attestations.map((entry) => readAttestation(entry, types)) }
    const seen = steps.get(raw.name) ?? { signers: new Set(), collections: [] }
    for (const keyid of signers) seen.signers.add(keyid)
    seen.collections.push(collection)
    steps.set(raw.name, seen)
  }
  const functionaries = (signers: ReadonlySet<string>): readonly PolicyPublicKey[] => keys.filter(({ keyid }) => signers.has(keyid))
  const edges = edgesOf(steps)
  return definePolicy<string, string, string>({
    expires,
    steps: Object.fromEntries(
      [...steps].map(([name, { signers, collections }]): [string, StepDefinition] => [
        name,
        { functionaries: functionaries(signers), attestations: commonTypes(collections), ...artifactsFrom(collections, (edges.get(name) ?? []).map((upstream) => [upstream, steps.get(upstream)?.collections ?? []])) },
      ]),
    ),
    ...(externals.size > 0 && {
      externals: Object.fromEntries(
        namesOf([...externals.keys()].sort(compareUtf8)).map(([name, predicateType]): [string, ExternalDefinition] => [name, { predicateType, functionaries: functionaries(externals.get(predicateType) ?? new Set()) }]),
      ),
    }),
  })
}

/** More files than this are not named one by one. */
const mostUntracked = 50

/** The steps that files come from, and by name the files that come from none: keys, caches, whatever lay in the directory. */
function artifactsFrom(collections: readonly ReadCollection[], upstream: readonly (readonly [string, readonly ReadCollection[]])[]): Pick<StepDefinition, 'artifactsFrom' | 'allowedUntracked'> {
  if (upstream.length === 0) return {}
  const left = new Set(upstream.flatMap(([, some]) => some.flatMap((collection) => [...artifactsOf(collection).artifacts].flatMap(([path, { sha256 }]) => [path, ...(sha256 === undefined ? [] : [sha256])]))))
  const untracked = collections.flatMap((collection) => [...artifactsOf(collection).materials].filter(([path, { sha256 = '' }]) => !left.has(path) && !left.has(sha256)).map(([path]) => path))
  const names = [...new Set(untracked)].sort(compareUtf8)
  return { artifactsFrom: upstream.map(([name]) => name), ...(names.length > 0 && { allowedUntracked: names.length > mostUntracked ? ['**'] : names.map(quoteGlob) }) }
}

/** Types that every one of the collections holds, as the first has them. */
function commonTypes([first, ...others]: readonly ReadCollection[]): readonly string[] {
  const types = [...new Set(first?.attestations.map(({ type }) => type) ?? [])]
  return types.filter((type) => others.every(({ attestations }) => attestations.some((other) => resolveType(other.type) === resolveType(type))))
}

/** For each step those whose products it used, as far as that does not lead in a circle. */
function edgesOf(steps: ReadonlyMap<string, Seen>): ReadonlyMap<string, readonly string[]> {
  const names = [...steps.keys()].sort(compareUtf8)
  const edges = new Map<string, readonly string[]>(names.map((name) => [name, []]))
  for (const name of names) {
    for (const upstream of names) {
      if (name === upstream || !uses(steps.get(name), steps.get(upstream))) continue
      const before = edges.get(name) ?? []
      edges.set(name, [...before, upstream])
      if (findCycles(edges).length > 0) edges.set(name, before)
    }
  }
  return edges
}

function uses(step: Seen | undefined, upstream: Seen | undefined): boolean {
  return (step?.collections ?? []).every((collection) => {
    const { materials } = artifactsOf(collection)
    return (upstream?.collections ?? []).some((other) => {
      const made = compareArtifacts(materials, productsOf(other))
      return made.shared > 0 && made.mismatches.length === 0 && compareArtifacts(materials, artifactsOf(other).artifacts).mismatches.length === 0
    })
  })
}

function productsOf({ attestations }: ReadCollection): ReturnType<typeof artifactsOf>['materials'] {
  return new Map(attestations.flatMap(({ evidence }) => Object.entries(evidence?.products ?? {}).map(([path, { digest }]) => [path, digest] as const)))
}

/** A name for each predicate type: its last words, made distinct. */
function namesOf(types: readonly string[]): readonly (readonly [string, string])[] {
  const taken = new Set<string>()
  return types.map((type) => {
    const words = type.split(/[/#?]/).filter((part) => part !== '' && !/^v?\d+(\.\d+)*$/.test(part))
    const base = words.at(-1) ?? 'external'
    let name = base
    for (let index = 2; taken.has(name); index++) name = `${base}-${index}`
    taken.add(name)
    return [name, type] as const
  })
}
