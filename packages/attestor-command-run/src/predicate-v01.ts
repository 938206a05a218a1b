import { array, digestSet, integer, map, nullable, nullableArray, optional, raw, string, struct } from '@cilock/core/schema'
import type { DigestSet, JsonValue } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** One process of a traced command, as v0.1 has it; newer CI/lock versions added keys, which are kept. */
export interface ProcessV01 {
  /** The path of its program. */
  readonly program?: string
  /** The process. */
  readonly processid: number
  /** The process that started it. */
  readonly parentpid: number
  /** The content of its program. */
  readonly programdigest?: DigestSet
  /** Its name. */
  readonly comm?: string
  /** Its command line. */
  readonly cmdline?: string
  /** The content of what the system ran for it. */
  readonly exedigest?: DigestSet
  /** Files by path; `null` where no digest is known. */
  readonly openedfiles?: Readonly<Record<string, DigestSet | null>>
  /** Its variables. */
  readonly environ?: string
}

/** Command-run as witness and older versions of CI/lock write it. Read only. */
export interface CommandRunV01 {
  /** The program and its arguments. */
  readonly cmd: readonly string[] | null
  /** How it ended; 0 is success. */
  readonly exitcode: number
  /** Standard output as text. */
  readonly stdout?: string
  /** Standard error as text. */
  readonly stderr?: string
  /** CI/lock's digest of a trace, as it came. */
  readonly summary?: JsonValue
  /** What it started, where it was traced. */
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
