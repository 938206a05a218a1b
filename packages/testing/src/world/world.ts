import { encodeJson, signEnvelope } from '@cilock/core'
import type { Envelope, GeneratedKey, PredicateType, RunContext } from '@cilock/core'
import { evaluate, policyPayloadType, verify } from '@cilock/policy'
import type { Report, VerifyOptions } from '@cilock/policy'
import { testClock } from '../clock.ts'
import type { TestClock } from '../clock.ts'
import { collectionOf } from '../collection.ts'
import type { CollectionOptions } from '../collection.ts'
import { standardHost, standardTime } from '../context.ts'
import { seededKey } from '../seed/seeded-key.ts'
import type { SeededKeyKind } from '../seed/seeded-key.ts'
import { policyOf } from './policy.ts'
import type { PolicyOptions } from './policy.ts'
import { carelessSource, memoryStore } from './store.ts'
import type { MemoryStore } from './store.ts'

/** Where a world begins. */
export interface WorldOptions<Name extends string> {
  /** Any text; everything that looks random follows from it. Default: `world`. */
  readonly seed?: string
  /** When it is. Default: 2026-01-02T03:04:05Z. */
  readonly now?: Date | string
  /** Who may sign evidence, by name, with the kind of their key. Default: `{ builder: 'ed25519' }`. */
  readonly functionaries?: Readonly<Record<Name, SeededKeyKind>>
  /** The readers that verifications use. Default: none. */
  readonly types?: readonly PredicateType[]
}

/** Somebody who signs: a functionary by name, or any key. */
export type Somebody<Name extends string> = Name | GeneratedKey

/** What is put before the gate. What is not given is the world's own. */
export interface Question extends Partial<Omit<VerifyOptions, 'policy' | 'subjects'>>, Pick<VerifyOptions, 'policy' | 'subjects'> {
  /** These envelopes and no others, given to the verifier whatever it asks for. Default: what the store finds. */
  readonly evidence?: readonly Envelope[]
}

/** Everybody and everything that a test about evidence needs, in memory. */
export interface World<Name extends string = string> {
  /** The world's time; it stands still until it is told to move. */
  readonly clock: TestClock
  /** For `attest()`: a directory that is not there, no variables, the clock and a host. */
  readonly context: RunContext
  /** Who may sign evidence. */
  readonly functionaries: Readonly<Record<Name, GeneratedKey>>
  /** Who signs policies, and whom verifications trust to. */
  readonly root: GeneratedKey
  /** Somebody whom nobody trusts. */
  readonly stranger: GeneratedKey
  /** Where evidence is put and found. */
  readonly store: MemoryStore
  /** A signed collection, at the world's time; by the first functionary unless `by` says otherwise. It is not put into the store. */
  readonly collection: (options: Omit<CollectionOptions, 'signers'> & { readonly by?: readonly Somebody<Name>[] }) => Promise<Envelope>
  /** A policy, signed by `root` unless `signedBy` says otherwise. Expires a year from now unless `expires` says otherwise. */
  readonly policy: (
    options: Omit<PolicyOptions<Somebody<Name>>, 'expires'> & { readonly expires?: Date; readonly signedBy?: readonly Somebody<Name>[] },
  ) => Promise<Envelope>
  /** `evaluate()` of `@cilock/policy`. */
  readonly evaluate: (question: Question) => Promise<Report>
  /** `verify()` of `@cilock/policy`: throws PolicyError. */
  readonly verify: (question: Question) => Promise<Report>
}

/**
 * A world of its own: keys, functionaries, a clock, a host, a store, policies. Everything follows from the seed and the
 * time, so that two worlds with the same make the same bytes; nothing is read from this process, and nothing is sent.
 *
 * @throws TypeError when `now` is no time or there are no functionaries.
 * @example
 * ```ts
 * const { store, collection, policy, evaluate } = await world({ seed: 'gate', types: [productType] })
 * store.put(await collection({ step: 'build', evidence: [evidenceOf(productType, treeOf('products', { 'app.js': '42' }))] }))
 * const report = await evaluate({
 *   policy: await policy({ steps: { build: { by: ['builder'], attestations: [productType] } } }),
 *   subjects: [`sha256:${sha256Hex('42')}`],
 * })
 * assertPasses(report)
 * ```
 */
export async function world<Name extends string = 'builder'>(options: WorldOptions<Name> = {}): Promise<World<Name>> {
  const { seed = 'world', now = standardTime, types = [] } = options
  const clock = testClock(now)
  const key = async (role: string, kind: SeededKeyKind = 'ed25519'): Promise<GeneratedKey> => seededKey(JSON.stringify([seed, role]), kind)
  const named = Object.entries<SeededKeyKind>(options.functionaries ?? { builder: 'ed25519' })
  const keys = new Map(await Promise.all(named.map(async ([name, kind]) => [name, await key(`functionary ${name}`, kind)] as const)))
  const [first] = keys.values()
  if (first === undefined) throw new TypeError('expected somebody among `functionaries`, found nobody')
  const [root, stranger] = [await key('root'), await key('stranger')]
  const store = memoryStore()

  const keyOf = (who: Somebody<Name>): GeneratedKey => {
    if (typeof who !== 'string') return who
    const found = keys.get(who)
    if (found === undefined) throw new TypeError(`expected one of the functionaries ${[...keys.keys()].join(', ')}, found ${JSON.stringify(who)}`)
    return found
  }
  const signersOf = (who: readonly Somebody<Name>[]): readonly GeneratedKey['signer'][] => who.map((each) => keyOf(each).signer)
  const optionsOf = ({ evidence, ...question }: Question): VerifyOptions => ({
    policyVerifiers: [root.verifier],
    source: evidence === undefined ? store : carelessSource(evidence),
    types,
    now: clock(),
    ...question,
  })

  return {
    clock,
    context: { workingDir: '/nowhere', env: {}, clock, host: standardHost },
    functionaries: Object.fromEntries(keys) as Record<Name, GeneratedKey>,
    root,
    stranger,
    store,
    collection: async ({ by = [first], ...rest }) => collectionOf({ at: clock(), ...rest, signers: signersOf(by) }),
    policy: async ({ steps, expires = aYearFrom(clock()), signedBy = [root] }) => {
      const documented = Object.entries(steps).map(([name, step]) => [name, { ...step, by: step.by.map((who) => keyOf(who).verifier) }] as const)
      const document = policyOf({ steps: Object.fromEntries(documented), expires })
      return signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: signersOf(signedBy) })
    },
    evaluate: async (question) => evaluate(optionsOf(question)),
    verify: async (question) => verify(optionsOf(question)),
  }
}

function aYearFrom(now: Date): Date {
  return new Date(now.getTime() + 365 * 24 * 60 * 60 * 1000)
}
