import type { CilockError } from '../error.ts'
import type { Attestor, Host } from '../evidence/attestor.ts'
import type { Dialect } from '../evidence/dialect.ts'
import type { Artifacts } from '../evidence/evidence.ts'
import type { Collection } from '../collection/collection.ts'
import type { Envelope } from '../dsse/envelope.ts'
import type { Timestamper } from '../dsse/sign.ts'
import type { Signer } from '../dsse/signer.ts'
import type { StatementType } from '../statement/statement.ts'

/** What a run needs of the world. `processContext()` of `@cilock/core/node` gives the process's own. */
export interface RunContext {
  /** Absolute path of the directory that the step works in. */
  readonly workingDir: string
  /** The step's environment: what a command gets and what is recorded. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The time. */
  readonly clock: () => Date
  /** The machine and the user, as they are recorded. */
  readonly host: Host
  /** How attestors reach the network. Absent: an attestor that needs it fails; nothing is ever fetched by default. */
  readonly fetch?: typeof globalThis.fetch
}

/** What a run needs of the world, who looks, and who signs. */
export interface AttestOptions extends RunContext {
  /** The step's name, which a policy looks for. Not empty. */
  readonly step: string
  /**
   * What looks at the step. The collection lists them by stage, then in this order; one that is given twice looks twice and
   * has two entries, as in Go's library (the command lines leave the second out).
   */
  readonly attestors: readonly Attestor[]
  /** Who signs. Required unless `allowUnsigned`. One that is given twice signs twice, which counts as one key. */
  readonly signers: readonly Signer[]
  /** Each is asked to timestamp every signature; one that fails fails the run. Default: none. */
  readonly timestampers?: readonly Timestamper[]
  /** Digest algorithms: `sha256`, `sha1`, `gitoid:sha256`, `gitoid:sha1`. Default: `['sha256']`, as `cilock run`. */
  readonly hashes?: readonly string[]
  /**
   * Whose spelling the evidence is written in: `cilock`, or `witness` for verifiers made with go-witness. Default: `cilock`.
   */
  readonly dialect?: Dialect
  /** More subjects for the statement, by full name; they win over an attestor's subject of the same name. */
  readonly subjects?: Artifacts
  /** Default: in-toto Statement v0.1, which is what CI/lock and witness write. */
  readonly statementType?: StatementType
  /** Stops the run with `ERR_ABORTED`, and a command with all that it started. */
  readonly signal?: AbortSignal
  /** Gives an envelope without signatures when there are no signers. Default: false. */
  readonly allowUnsigned?: boolean
  /** Told what happens while it happens. An error it throws ends the run. */
  readonly onEvent?: (event: AttestEvent) => void
}

/** One attestor begins or has ended; `outcome` is told at its end. */
export type AttestEvent =
  | { readonly kind: 'start'; readonly attestor: string; readonly runType: string }
  | { readonly kind: 'end'; readonly attestor: string; readonly runType: string; readonly outcome: AttestorOutcome['outcome'] }

/** How one attestor ended. `nothing` is no failure: there was nothing for it to look at. */
export interface AttestorOutcome {
  /** The attestor's name. */
  readonly attestor: string
  /** The URI of its predicate. */
  readonly type: string
  /** How it ended. */
  readonly outcome: 'attested' | 'nothing' | 'failed'
  /** When it began, by the run's clock. */
  readonly startedAt: Date
  /** When it had ended. */
  readonly endedAt: Date
  /** Why, unless it attested. */
  readonly error?: CilockError
}

/** A predicate that was signed as a statement of its own. */
export interface ExportedAttestation {
  /** The attestor's name. */
  readonly attestor: string
  /** The URI of its predicate. */
  readonly predicateType: string
  /** The signed statement. */
  readonly envelope: Envelope
}

/** What a run gave. */
export interface AttestResult {
  /** The signed collection. */
  readonly envelope: Envelope
  /** What the envelope holds, as it was signed. */
  readonly collection: Collection
  /** Subjects of the collection's statement by name. */
  readonly subjects: Artifacts
  /** Predicates that were signed as statements of their own. */
  readonly exported: readonly ExportedAttestation[]
  /** Every attestor, by stage and then in the order given. */
  readonly outcomes: readonly AttestorOutcome[]
}
