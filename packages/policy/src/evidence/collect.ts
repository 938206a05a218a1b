import { CilockError, collectionType, witnessCollectionType } from '@cilock/core'
import type { Envelope, PredicateType, Source, SourceQuery, SourceResult } from '@cilock/core'
import type { Policy } from '../document/open-policy.ts'
import type { VerifyLimits } from '../limits.ts'
import type { VerifyRules } from '../verify-rules.ts'
import type { WantedSubject } from '../subjects.ts'
import { answerReader } from './answers.ts'
import type { Candidate } from './candidate.ts'
import type { Budget } from './budget.ts'
import { EnvelopeStore } from './envelopes.ts'
import type { EnvelopeGroup } from './envelopes.ts'
import type { ReadOptions } from './read-signed.ts'
import type { Evidence, ExternalEvidence, StepEvidence } from './evidence.ts'
import { fileProofType } from '@cilock/core/merkle'
import type { FileProof } from '@cilock/core/merkle'
import { readProof } from './inclusion-proof.ts'
import { reach } from './reach.ts'
import { readCandidate } from './read-candidate.ts'
import { readExternal } from './read-external.ts'
import type { ExternalCandidate } from './read-external.ts'
import type { SignatureReader } from './signature-reader.ts'
import { untilAborted } from './until-aborted.ts'

interface CollectOptions {
  readonly policy: Policy
  readonly wanted: readonly WantedSubject[]
  readonly source: Source
  readonly types: readonly PredicateType[]
  readonly limits: Required<VerifyLimits>
  readonly rules: VerifyRules
  /** Whether a candidate passes all that a step asks of it by itself: only such evidence leads further. */
  readonly accepts: (step: string, candidate: Candidate) => boolean
  readonly signatures: SignatureReader
  readonly budget: Budget
  readonly signal?: AbortSignal
}

interface Read<T> {
  readonly envelopes: number
  readonly references: number
  readonly candidate: T
}

const collectionTypes = [collectionType, witnessCollectionType]

/**
 * Finds evidence, and judges nothing: it may bring more than counts. Sources are asked by digest along back-references
 * until nothing new is named; `byName` asks for everything that carries a step's name too, which finds trees that hold
 * an artifact among others, and says what there is when nothing fits.
 */
export class Collector {
  readonly #options: CollectOptions
  readonly #store: EnvelopeStore
  readonly #answers = answerReader()
  readonly #found: ReadonlyMap<string, Set<string>>
  readonly #asked: ReadonlyMap<string, Set<string>>
  readonly #overLimit = new Set<string>()
  /** Read anew when further signatures turn up. */
  readonly #read = new Map<string, Read<Candidate>>()
  readonly #foundExternals: ReadonlyMap<string, Set<string>>
  readonly #overLimitExternals = new Set<string>()
  readonly #readExternals = new Map<string, Read<ExternalCandidate>>()
  #proofs: readonly FileProof[] = []

  constructor(options: CollectOptions) {
    this.#options = options
    this.#store = new EnvelopeStore(options.budget)
    const steps = [...options.policy.steps.keys()].sort()
    this.#found = new Map(steps.map((step) => [step, new Set()]))
    this.#asked = new Map(steps.map((step) => [step, new Set()]))
    this.#foundExternals = new Map([...options.policy.externals.keys()].sort().map((name) => [name, new Set()]))
  }

  /** What digests lead to. */
  async byDigest(): Promise<Evidence> {
    const { wanted, limits, accepts } = this.#options
    await this.#askForExternals([...new Set(wanted.flatMap(({ anchors, oneLeafRoots }) => [...anchors, ...oneLeafRoots]))].sort())
    return this.#alongLinks(limits.searchDepth, accepts)
  }

  async #alongLinks(depth: number, accepts: CollectOptions['accepts']): Promise<Evidence> {
    for (;;) {
      const evidence = await this.#evidence()
      const { known } = reach({ evidence, wanted: this.#options.wanted, depth, accepts })
      if (!(await this.#askFor(known))) return evidence
    }
  }

  /** The same, and whatever has the name of a step. */
  async byName(): Promise<Evidence> {
    await Promise.all(
      [...this.#found.keys()].map(async (collection) => this.#ask(collection, { collection, predicateTypes: collectionTypes, limit: this.#options.limits.envelopes })),
    )
    await this.#askForExternals()
    await this.#findProofs()
    return this.#alongLinks(this.#options.limits.searchDepth, this.#options.accepts)
  }

  /** External attestations are about what was handed in, and lead nowhere. */
  async #askForExternals(digests?: readonly string[]): Promise<void> {
    if (digests?.length === 0) return
    const { policy, limits } = this.#options
    await Promise.all(
      [...this.#foundExternals].map(async ([name, found]) => {
        const { predicateType = '' } = policy.externals.get(name) ?? {}
        const results = await this.#search({ predicateTypes: [predicateType], limit: limits.envelopes, ...(digests === undefined ? {} : { digests }) })
        // those that are about something else only help to see why, so too many of them take nothing away
        if (results === undefined && digests !== undefined) this.#overLimitExternals.add(name)
        for (const id of this.#store.add(results ?? [])) found.add(id)
      }),
    )
  }

  async #askFor(known: ReadonlySet<string>): Promise<boolean> {
    const questions = [...this.#asked].flatMap(([collection, asked]) => {
      const digests = [...known].filter((digest) => !asked.has(digest)).sort()
      for (const digest of digests) asked.add(digest)
      return digests.length === 0 ? [] : [{ collection, predicateTypes: collectionTypes, digests, limit: this.#options.limits.envelopes }]
    })
    await Promise.all(questions.map(async (query) => this.#ask(query.collection, query)))
    return questions.length > 0
  }

  async #ask(step: string, query: SourceQuery): Promise<void> {
    const results = await this.#search(query)
    if (results === undefined) this.#overLimit.add(step)
    else for (const id of this.#store.add(results)) this.#found.get(step)?.add(id)
  }

  async #findProofs(): Promise<void> {
    const digests = this.#options.wanted.flatMap(({ anchors }) => anchors)
    const query = { predicateTypes: [fileProofType], digests, limit: this.#options.limits.envelopes }
    const results = digests.length === 0 ? [] : ((await this.#search(query)) ?? [])
    this.#proofs = results.flatMap(({ envelope }) => readProof(envelope) ?? [])
  }

  /** Undefined when there is more than may be looked at: using a part would let the order decide. */
  async #search(query: SourceQuery): Promise<readonly SourceResult[] | undefined> {
    const { source, signal, limits } = this.#options
    stopIfAborted(signal)
    try {
      const asked = source.search(query, signal === undefined ? {} : { signal })
      return this.#answers(await untilAborted(asked, signal), limits.envelopes)
    } catch (error) {
      stopIfAborted(signal)
      // a source that stops at a limit of its own has more than may be looked at, too
      if (CilockError.is(error) && error.code === 'ERR_LIMIT_EXCEEDED' && query.digests === undefined) return undefined
      if (CilockError.is(error)) throw error
      throw new CilockError('ERR_SOURCE_FAILED', 'the source of evidence failed', { cause: error })
    }
  }

  async #evidence(): Promise<Evidence> {
    this.#options.signatures.begin(this.#unread())
    const steps = new Map<string, StepEvidence>()
    for (const [step, ids] of this.#found) {
      const candidates = await this.#readAll(ids, this.#read, readCandidate)
      steps.set(step, { candidates, overLimit: this.#overLimit.has(step) })
    }
    const externals = new Map<string, ExternalEvidence>()
    for (const [name, ids] of this.#foundExternals) {
      const candidates = await this.#readAll(ids, this.#readExternals, readExternal)
      externals.set(name, { candidates, overLimit: this.#overLimitExternals.has(name) })
    }
    return { steps, externals, proofs: this.#proofs }
  }

  /** What is about to be read for the first time, in that order. */
  #unread(): readonly Envelope[] {
    const ids = new Set([...this.#found.values(), ...this.#foundExternals.values()].flatMap((found) => [...found]))
    const unread = [...ids].filter((id) => !this.#read.has(id) && !this.#readExternals.has(id)).sort()
    return unread.flatMap((id) => this.#store.groups.get(id)?.envelopes ?? [])
  }

  async #readAll<T>(ids: ReadonlySet<string>, read: Map<string, Read<T>>, reader: (group: EnvelopeGroup, options: ReadOptions) => Promise<T>): Promise<readonly T[]> {
    const { policy, types, limits, rules, signatures, budget, signal } = this.#options
    const all: T[] = []
    for (const id of [...ids].sort()) {
      const group = this.#store.groups.get(id)
      if (group === undefined) continue
      const known = read.get(id)
      const [envelopes, references] = [group.envelopes.length, group.references.size]
      if (known !== undefined && known.envelopes === envelopes && known.references === references) {
        all.push(known.candidate)
        continue
      }
      stopIfAborted(signal)
      const candidate = await reader(group, { keys: policy.keys, signatures, types, limits, rules, budget })
      read.set(id, { envelopes, references, candidate })
      all.push(candidate)
    }
    return all
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CilockError('ERR_ABORTED', 'the verification was stopped', { cause: signal.reason })
}
