import type { Artifacts, DigestSet, Evidence, PredicateType, Schema } from '@cilock/core'
import { commandRunV01Schema, witnessCommandRunSchema } from './predicate-v01.ts'
import type { CommandRunV01 } from './predicate-v01.ts'
import { commandRunSchema } from './predicate-v02.ts'
import type { CommandRunPredicate } from './predicate-v02.ts'

export type { CommandRunV01, ProcessV01 } from './predicate-v01.ts'
export type { CommandRunCounts, CommandRunMeta, CommandRunPredicate, DigestEntry, FileReference, KeyGuard, ProcessV02 } from './predicate-v02.ts'

const v02 = 'https://aflock.ai/attestations/command-run/v0.2'
const v01 = 'https://aflock.ai/attestations/command-run/v0.1'
/** What witness reads and writes. */
export const witnessV01 = 'https://witness.dev/attestations/command-run/v0.1'

const schemas: Readonly<Record<string, Schema<unknown>>> = { [v02]: commandRunSchema, [v01]: commandRunV01Schema, [witnessV01]: witnessCommandRunSchema }

/**
 * Reads command-run v0.2, and v0.1 of CI/lock and witness. Only v0.1 speaks about subjects: the files that a traced
 * command opened, as `file:<path>`.
 *
 * @throws CilockError `ERR_MALFORMED` when the predicate has another shape.
 * @throws TypeError for a type that is none of these.
 */
export const commandRunType: PredicateType<CommandRunPredicate | CommandRunV01> = {
  name: 'command-run',
  predicateType: v02,
  aliases: [v01, witnessV01],
  schemaOf: (type) => schemas[type],
  read(predicate, type) {
    if (type === v02) return { predicate: commandRunSchema.read(predicate) }
    if (type === v01) return evidenceOfV01(commandRunV01Schema.read(predicate))
    if (type === witnessV01) return evidenceOfV01(witnessCommandRunSchema.read(predicate))
    throw new TypeError(`command-run reads ${v02}, ${v01} and ${witnessV01}, not ${type}`)
  },
}

function evidenceOfV01(predicate: CommandRunV01): Evidence<CommandRunV01> {
  const subjects: Record<string, DigestSet> = {}
  for (const { openedfiles = {} } of predicate.processes ?? []) {
    for (const [path, digests] of Object.entries(openedfiles)) subjects[`file:${path}`] = digests ?? {}
  }
  return { predicate, subjects: subjects satisfies Artifacts }
}
