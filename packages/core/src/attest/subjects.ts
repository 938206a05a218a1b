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
  for (const { outcome, evidence } of runs) {
    if (evidence?.subjects === undefined) continue
    const prefix = dialect === 'witness' ? outcome.type : resolveType(outcome.type)
    for (const [name, digest] of Object.entries(evidence.subjects)) subjects.add(`${prefix}/${name}`, digest)
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

/** The back-references of a collection, under the types of the attestors that made them. */
export function collectionBackRefs(runs: readonly AttestorRun[]): Artifacts {
  const subjects = new Subjects()
  for (const { outcome, evidence } of runs) {
    if (evidence?.backRefs === undefined) continue
    const prefix = outcome.type
    for (const [name, digest] of Object.entries(evidence.backRefs)) subjects.add(`${prefix}/${name}`, digest)
  }
  return subjects.with({})
}

class Subjects {
  readonly #byName: Map<string, DigestSet>

  constructor(initial: Artifacts = {}) {
    this.#byName = new Map(Object.entries(initial))
  }

  /** Two attestors that give one name different digests contradict each other; Go would keep whichever came last. */
  add(name: string, digest: DigestSet): void {
    const known = this.#byName.get(name)
    if (known !== undefined && !sameEntries(known, digest)) {
      throw new CilockError('ERR_EVIDENCE_INVALID', `two attestors give different digests for the subject ${name}`)
    }
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

function sameEntries(a: DigestSet, b: DigestSet): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
}
