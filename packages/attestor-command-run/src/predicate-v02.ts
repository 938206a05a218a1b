import { array, bool, integer, map, nullableArray, optional, raw, string, struct } from '@cilock/core/schema'
import type { JsonValue } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** Whether the signing key was out of reach of other processes of the same user while the command ran. */
export interface KeyGuard {
  readonly applied: boolean
  /** Whether the kernel lets other processes of the user read this one's memory. */
  readonly dumpable: boolean
  /** `/proc/sys/kernel/yama/ptrace_scope`; -1 where there is none. */
  readonly yamaPtraceScope: number
  readonly note?: string
}

export interface CommandRunCounts {
  readonly processes: number
  readonly uniquePaths: number
  readonly uniqueDigests: number
  readonly uniqueComms: number
  readonly uniqueCmdlines?: number
  readonly materials?: number
  readonly intermediates?: number
  readonly products?: number
  readonly cacheArtifacts?: number
}

export interface CommandRunMeta {
  readonly version: string
  readonly captureMode?: string
  readonly traceBackend?: string
  readonly keyGuard?: KeyGuard
  readonly counts: CommandRunCounts
  /** Where each section's JSON stands in the predicate's bytes: first and last byte, counted from its `{`. */
  readonly sections?: Readonly<Record<string, readonly number[]>>
}

/** One process of a traced command. Ids are places in the tables of the predicate; -1 and any other that is not there mean absent. */
export interface ProcessV02 {
  readonly processid: number
  readonly parentpid: number
  readonly commId: number
  readonly execPathId: number
  readonly cmdlineId: number
  readonly programDigestId: number
  readonly exeDigestId: number
  readonly openedFiles?: readonly FileReference[]
  readonly writtenFiles?: readonly FileReference[]
  readonly exitcode?: number
}

export interface FileReference {
  readonly pathId: number
  readonly digestId: number
}

/** A digest of a traced file: any algorithm, and where it came from. */
export interface DigestEntry {
  readonly digests: Readonly<Record<string, string>>
  readonly src?: string
}

/** Command-run as CI/lock writes it. What a key that is not there means is said at the key. */
export interface CommandRunPredicate {
  readonly _meta: CommandRunMeta
  /** Only of traced commands, as it came. */
  readonly summary?: JsonValue
  readonly digests: readonly DigestEntry[] | null
  readonly paths: readonly string[] | null
  readonly comms: readonly string[] | null
  readonly cmdlines?: readonly string[]
  /** `[]` when the command was not traced. */
  readonly processes: readonly ProcessV02[]
  readonly cmd?: readonly string[]
  /** Absent: 0. -1: ended by a signal. */
  readonly exitcode?: number
  /** Absent: the command wrote nothing. */
  readonly stdout?: string
  readonly stderr?: string
}

const fileReferences = optional(array(struct({ pathId: integer(), digestId: integer() })))

export const commandRunSchema: Schema<CommandRunPredicate> = struct({
  _meta: struct({
    version: string(),
    captureMode: optional(string()),
    traceBackend: optional(string()),
    keyGuard: optional(struct({ applied: bool(), dumpable: bool(), yamaPtraceScope: integer(), note: optional(string()) })),
    counts: struct({
      processes: integer(),
      uniquePaths: integer(),
      uniqueDigests: integer(),
      uniqueComms: integer(),
      uniqueCmdlines: optional(integer()),
      materials: optional(integer()),
      intermediates: optional(integer()),
      products: optional(integer()),
      cacheArtifacts: optional(integer()),
    }),
    sections: optional(map(array(integer({ min: 0 })))),
  }),
  summary: optional(raw()),
  digests: nullableArray(struct({ digests: map(string()), src: optional(string()) })),
  paths: nullableArray(string()),
  comms: nullableArray(string()),
  cmdlines: optional(array(string())),
  processes: array(
    struct({
      processid: integer(),
      parentpid: integer(),
      commId: integer(),
      execPathId: integer(),
      cmdlineId: integer(),
      programDigestId: integer(),
      exeDigestId: integer(),
      openedFiles: fileReferences,
      writtenFiles: fileReferences,
      exitcode: optional(integer()),
    }),
  ),
  cmd: optional(array(string())),
  exitcode: optional(integer()),
  stdout: optional(string()),
  stderr: optional(string()),
})
