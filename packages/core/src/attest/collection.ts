import { collectionBackRefs } from './subjects.ts'
import type { AttestorRun } from './run-stages.ts'
import { formatTime } from '../json/time.ts'
import type { Dialect } from '../evidence/dialect.ts'
import type { JsonValue } from '../json/value.ts'
import type { Attestation, Collection } from '../collection/collection.ts'

/** The collection of what attestors found, in the order of the runs. go-witness knows no back-references. */
export function buildCollection(name: string, runs: readonly AttestorRun[], dialect: Dialect): Collection {
  const attestations: Attestation[] = []
  for (const { evidence, outcome } of runs) {
    if (evidence === undefined) continue
    attestations.push({
      type: outcome.type,
      attestation: evidence.predicate as JsonValue,
      starttime: formatTime(outcome.startedAt),
      endtime: formatTime(outcome.endedAt),
    })
  }
  const backrefs = dialect === 'witness' ? {} : collectionBackRefs(runs)
  return { name, attestations, ...(Object.keys(backrefs).length === 0 ? {} : { backrefs }) }
}
