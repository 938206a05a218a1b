import { array, digestSet, integer, map, nullable, nullableArray, optional, raw, string, struct } from '@cilock/core/schema'
import type { DigestSet, JsonValue } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** One process of a traced command, as v0.1 has it; newer CI/lock versions added keys, which are kept. */
export interface ProcessV01 {
  readonly program?: string
  readonly processid: number
  readonly parentpid: number
  readonly programdigest?: DigestSet
  readonly comm?: string
  readonly cmdline?: string
  readonly exedigest?: DigestSet
  /** Files by path; `null` where no digest is known. */
  readonly openedfiles?: Readonly<Record<string, DigestSet | null>>
  readonly environ?: string
}

/** Command-run as witness and older versions of CI/lock write it. Read only. */
export interface CommandRunV01 {
  readonly cmd: readonly string[] | null
  readonly exitcode: number
  readonly stdout?: string
  readonly stderr?: string
  /** CI/lock's digest of a trace, as it came. */
  readonly summary?: JsonValue
  readonly processes?: readonly ProcessV01[]
}

const processes = optional(
  array(
    struct({
      program: optional(string()),
      processid: integer(),
      parentpid: integer(),
      programdigest: optional(digestSet()),
      comm: optional(string()),
      cmdline: optional(string()),
      exedigest: optional(digestSet()),
      openedfiles: optional(map(nullable(digestSet()))),
      environ: optional(string()),
    }),
  ),
)

/** In the order of CI/lock. */
export const commandRunV01Schema: Schema<CommandRunV01> = struct({
  cmd: nullableArray(string()),
  exitcode: integer(),
  summary: optional(raw()),
  stdout: optional(string()),
  stderr: optional(string()),
  processes,
})

/** In the order of witness. */
export const witnessCommandRunSchema: Schema<CommandRunV01> = struct({
  cmd: nullableArray(string()),
  stdout: optional(string()),
  stderr: optional(string()),
  exitcode: integer(),
  processes,
})
