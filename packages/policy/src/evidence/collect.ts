import { CilockError, collectionType, witnessCollectionType } from '@cilock/core'
import type { PredicateType, Source, SourceQuery, SourceResult } from '@cilock/core'
import type { Policy } from '../document/open-policy.ts'
import { gateChecks } from '../judge/gate.ts'
import type { VerifyLimits } from '../limits.ts'
import { hasPassed } from '../report/check.ts'
import type { WantedSubject } from '../subjects.ts'
import type { Candidate } from './candidate.ts'
import { EnvelopeStore } from './envelopes.ts'
import type { Evidence, StepEvidence } from './evidence.ts'
import { fileProofType } from '@cilock/core/merkle'
import type { FileProof } from '@cilock/core/merkle'
import { readProof } from './inclusion-proof.ts'
import { reach } from './reach.ts'
import { readCandidate } from './read-candidate.ts'

interface CollectOptions {
  readonly policy: Policy
  readonly wanted: readonly WantedSubject[]
  readonly source: Source
  readonly types: readonly PredicateType[]
  readonly limits: Required<VerifyLimits>
  readonly signal?: AbortSignal
}

const collectionTypes = [collectionType, witnessCollectionType]

/**
 * Finds evidence, and judges nothing: it may bring more than counts. Sources are asked by digest along back-references
 * until nothing new is named; `byName` asks for everything that carries a step's name too, which finds trees that hold
 * an artifact among others, and says what there is when nothing fits.
 */
export class Collector {
  readonly #options: CollectOptions
  readonly #store = new EnvelopeStore()
  readonly #found: ReadonlyMap<string, Set<string>>
  readonly #asked: ReadonlyMap<string, Set<string>>
  readonly #overLimit = new Set<string>()
  /** Read anew when further signatures turn up. */
  readonly #read = new Map<string, { readonly envelopes: number; readonly references: number; readonly candidate: Candidate }>()
  readonly #accepted: ReadonlyMap<string, WeakMap<Candidate, boolean>>
  #proofs: readonly FileProof[] = []

  constructor(options: CollectOptions) {
    this.#options = options
    const steps = [...options.policy.steps.keys()].sort()
    this.#found = new Map(steps.map((step) => [step, new Set()]))
    this.#asked = new Map(steps.map((step) => [step, new Set()]))
    this.#accepted = new Map(steps.map((step) => [step, new WeakMap()]))
  }

  /** What digests lead to. */
  async byDigest(): Promise<Evidence> {
    for (;;) {
      const evidence = await this.#evidence()
      const { known } = reach({ evidence, wanted: this.#options.wanted, depth: this.#options.limits.searchDepth, accepts: this.#accepts })
      if (!(await this.#askFor(known))) return evidence
    }
  }

  /** The same, and whatever has the name of a step. */
  async byName(): Promise<Evidence> {
    await Promise.all(
      [...this.#found.keys()].map(async (collection) => this.#ask(collection, { collection, predicateTypes: collectionTypes, limit: this.#options.limits.envelopes })),
    )
    await this.#findProofs()
    return this.byDigest()
  }

  readonly #accepts = (name: string, candidate: Candidate): boolean => {
    const known = this.#accepted.get(name)?.get(candidate)
    if (known !== undefined) return known
    const { steps, keys } = this.#options.policy
    const step = steps.get(name)
    const accepted = step !== undefined && [...candidate.checks, ...gateChecks(candidate, { name, step, keys })].every(hasPassed)
    this.#accepted.get(name)?.set(candidate, accepted)
    return accepted
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
    let results: readonly SourceResult[]
    try {
      results = await source.search(query, signal === undefined ? {} : { signal })
    } catch (error) {
      stopIfAborted(signal)
      if (CilockError.is(error)) throw error
      throw new CilockError('ERR_SOURCE_FAILED', 'the source of evidence failed', { cause: error })
    }
    return new Set(results.map(({ envelope }) => envelope)).size > limits.envelopes ? undefined : results
  }

  async #evidence(): Promise<Evidence> {
    const steps = new Map<string, StepEvidence>()
    for (const [step, ids] of this.#found) {
      const candidates: Candidate[] = []
      for (const id of [...ids].sort()) {
        const candidate = await this.#candidate(id)
        if (candidate !== undefined) candidates.push(candidate)
      }
      steps.set(step, { candidates, overLimit: this.#overLimit.has(step) })
    }
    return { steps, proofs: this.#proofs }
  }

  async #candidate(id: string): Promise<Candidate | undefined> {
    const group = this.#store.groups.get(id)
    if (group === undefined) return undefined
    const [envelopes, references] = [group.envelopes.size, group.references.size]
    const known = this.#read.get(id)
    if (known !== undefined && known.envelopes === envelopes && known.references === references) return known.candidate
    stopIfAborted(this.#options.signal)
    const candidate = await readCandidate(group, { keys: this.#options.policy.keys, types: this.#options.types, limits: this.#options.limits })
    this.#read.set(id, { envelopes, references, candidate })
    return candidate
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CilockError('ERR_ABORTED', 'the verification was stopped', { cause: signal.reason })
}
