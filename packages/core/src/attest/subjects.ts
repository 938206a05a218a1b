import type { DigestSet } from '../digest/digest-set.ts'
import { CilockError } from '../error.ts'
import type { Dialect } from '../evidence/dialect.ts'
import type { Artifacts, Evidence } from '../evidence/evidence.ts'
import { resolveType } from '../evidence/type-alias.ts'
import type { AttestorRun } from './run-stages.ts'

/**
 * The subjects of a collection's statement: what each attestor speaks about, under its type's URI (CI/lock's form of it,
 * unless witness is to read it). Names given by the
 * caller stand without a prefix and win.
 */
export function statementSubjects(runs: readonly AttestorRun[], own: Artifacts, dialect: Dialect): Artifacts {
  const subjects = new Subjects()
  for (const { attestor, outcome, evidence } of runs) {
    if (evidence?.subjects === undefined) continue
    const prefix = dialect === 'witness' ? outcome.type : resolveType(outcome.type)
    for (const [name, digest] of Object.entries(evidence.subjects)) subjects.add(`${prefix}/${name}`, digest, attestor.name)
  }
  return subjects.with(own)
}

/**
 * The subjects of a statement of its own: all that the run speaks about, without prefixes; the attestor's own win. In
 * witness they are the attestor's alone.
 */
export function exportedSubjects(evidence: Evidence, runs: readonly AttestorRun[], own: Artifacts, dialect: Dialect): Artifacts {
  if (dialect === 'witness') return new Subjects(own).with(evidence.subjects ?? {})
  const pool = new Subjects()
  for (const run of runs) {
    for (const [name, digest] of Object.entries(run.evidence?.subjects ?? {})) pool.replace(name, digest)
  }
  return new Subjects(pool.with(own)).with(evidence.subjects ?? {})
}

/**
 * Refuses what attestors found as soon as two of them contradict each other: after the stage in which they do, before a
 * command is run for evidence that cannot be signed.
 *
 * @throws CilockError `ERR_EVIDENCE_INVALID` naming both, and the subject.
 */
export function checkAgreement(runs: readonly AttestorRun[], dialect: Dialect): void {
  const collected = runs.filter(({ attestor }) => attestor.export !== true)
  statementSubjects(collected, {}, dialect)
  if (dialect !== 'witness') collectionBackRefs(collected)
}

/** The back-references of a collection, under the types of the attestors that made them. */
export function collectionBackRefs(runs: readonly AttestorRun[]): Artifacts {
  const subjects = new Subjects()
  for (const { attestor, outcome, evidence } of runs) {
    if (evidence?.backRefs === undefined) continue
    const prefix = outcome.type
    for (const [name, digest] of Object.entries(evidence.backRefs)) subjects.add(`${prefix}/${name}`, digest, attestor.name)
  }
  return subjects.with({})
}

class Subjects {
  readonly #byName: Map<string, DigestSet>
  /** Which attestor each was first told by. */
  readonly #tellers = new Map<string, string>()

  constructor(initial: Artifacts = {}) {
    this.#byName = new Map(Object.entries(initial))
  }

  /** Two attestors that give one name different digests contradict each other; Go would keep whichever came last. */
  add(name: string, digest: DigestSet, attestor: string): void {
    const known = this.#byName.get(name)
    if (known !== undefined && !sameEntries(known, digest)) {
      const found = `${showDigests(known)} of ${this.#tellers.get(name) ?? attestor} and ${showDigests(digest)} of ${attestor}`
      throw new CilockError('ERR_EVIDENCE_INVALID', `expected attestors to agree on the digests of the subject ${name}, found ${found}`)
    }
    if (known === undefined) this.#tellers.set(name, attestor)
    this.#byName.set(name, digest)
  }

  replace(name: string, digest: DigestSet): void {
    this.#byName.set(name, digest)
  }

  with(winners: Artifacts): Artifacts {
    const all: Record<string, DigestSet> = Object.create(null)
    for (const [name, digest] of this.#byName) all[name] = digest
    for (const [name, digest] of Object.entries(winners)) all[name] = digest
    return all
  }
}

function showDigests(digests: DigestSet): string {
  return Object.entries(digests).map(([algorithm, value]) => `${algorithm}:${value}`).join(' ')
}

function sameEntries(a: DigestSet, b: DigestSet): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}
