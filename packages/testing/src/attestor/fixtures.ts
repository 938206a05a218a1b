import type { AttestContext, Attestor, PredicateType } from '@cilock/core'

/** Makes a context; called anew for every check, within the test. */
export type ContextFixture = () => AttestContext | Promise<AttestContext>

/** A predicate as it stands on the wire. */
export interface PredicateFixture {
  /** The URI of its entry. */
  readonly type: string
  /** Its JSON text, as the real tool wrote it. */
  readonly json: string
}

/** What the contract of an attestor is tried on. */
export interface AttestorFixtures {
  /** Contexts in which it finds something, by name; at least one. Two of them show that nothing is kept between runs. */
  readonly attests: Readonly<Record<string, ContextFixture>>
  /** Contexts in which it does not, with the code of the error; `ERR_NOTHING_TO_ATTEST` is one of them. */
  readonly refuses?: Readonly<Record<string, { readonly context: ContextFixture; readonly code: string }>>
  /** The reading half where it is exported by itself: it has to be the attestor's own. */
  readonly type?: PredicateType
  /** Predicates that are read, and written again byte for byte. */
  readonly reads?: Readonly<Record<string, PredicateFixture>>
  /** Predicates that are not read, with the code of the error. */
  readonly rejects?: Readonly<Record<string, PredicateFixture & { readonly code: string }>>
  /**
   * What the predicate is. A `struct` has keys that its type knows: their order does not matter when it is read, and a
   * known key in other letter case is refused. The keys of a `map` are names of things (paths), of any spelling. A
   * `document` is somebody else's (an SBOM) and stays as it came, key for key. Default: `struct`.
   */
  readonly predicate?: 'struct' | 'map' | 'document'
}

/** What the checks work on. */
export interface Subject {
  /** Gives the attestor: a new one each time where a factory was handed in. */
  readonly make: () => Attestor
  /** Whether `make` makes a new one. */
  readonly isFactory: boolean
  readonly fixtures: AttestorFixtures
}

/** One thing that every attestor keeps to. Resolves when it does. */
export interface ContractCheck {
  /** What it tests, as a sentence. */
  readonly name: string
  /** @throws AssertionError saying what was expected and what was found. */
  readonly run: () => Promise<void>
}
