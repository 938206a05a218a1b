import type { DigestSet } from '../digest/digest-set.ts'
import type { Dialect } from './dialect.ts'
import type { Artifacts, Evidence, PredicateType, Product } from './evidence.ts'

/** The stages of a run, in order; attestors of one stage run together, a stage begins when the one before has ended. */
export const runTypes = ['prematerial', 'material', 'execute', 'product', 'postproduct'] as const

/** A stage of a run. */
export type RunType = (typeof runTypes)[number]

/** The machine that a step runs on, as the environment attestor records it. */
export interface Host {
  /** Go's name of the system: `linux`, `darwin`, `windows`, `freebsd` … */
  readonly os: string
  /** The machine's name. */
  readonly name: string
  /** Who the step runs as; empty for a user without a name. */
  readonly user: string
}

/** What an attestor that has finished found: its type URI and its evidence. */
export interface CompletedAttestation {
  /** The attestor's name. */
  readonly name: string
  /** The URI of its predicate. */
  readonly type: string
  /** What it found. */
  readonly evidence: Evidence
}

/** All that an attestor may use of the world. Its members are safe to destructure. */
export interface AttestContext {
  /** The step's name, which is the collection's. */
  readonly step: string
  /** Absolute path of the directory that the step works in. */
  readonly workingDir: string
  /** The step's environment. Not the process's. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Stops the run; an attestor that takes long listens to it. */
  readonly signal: AbortSignal
  /** What the material stage found; empty before it has ended. */
  readonly materials: Artifacts
  /** What the product stage found; empty before it has ended. */
  readonly products: Readonly<Record<string, Product>>
  /** The time. */
  readonly clock: () => Date
  /** The machine and the user. */
  readonly host: Host
  readonly fetch: typeof globalThis.fetch
  /** Evidence of earlier stages, for attestors that derive theirs (slsa, link). */
  readonly completed: readonly CompletedAttestation[]
  /** When the execute stage began; undefined before it. */
  readonly executeStart?: Date
  /** The digest algorithms of this run, as in `hash`. */
  readonly hashes: readonly string[]
  /** Digests by every algorithm of this run; a stream is read once. */
  readonly hash: (data: Uint8Array | AsyncIterable<Uint8Array>) => Promise<DigestSet>
  /** Whose spelling the evidence is to be written in. Absent: CI/lock's. */
  readonly dialect?: Dialect
}

/** Looks at one thing and says what it saw. A plain object from a factory; it keeps no state between runs. */
export interface Attestor<P = unknown> extends PredicateType<P> {
  /** When it looks. */
  readonly runType: RunType
  /** Sign this predicate as a statement of its own instead of an entry of the collection. Default: false. */
  readonly export?: boolean
  /**
   * Makes the evidence.
   *
   * @throws CilockError `ERR_NOTHING_TO_ATTEST` when there is nothing to look at, which is no failure.
   */
  attest(context: AttestContext): Promise<Evidence<P>>
}
