import { array, bool, integer, map, nullableArray, optional, raw, string, struct } from '@cilock/core/schema'
import type { JsonValue } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** Whether the signing key was out of reach of other processes of the same user while the command ran. */
export interface KeyGuard {
  /** Whether the process that signs was closed to others. */
  readonly applied: boolean
  /** Whether the kernel lets other processes of the user read this one's memory. */
  readonly dumpable: boolean
  /** `/proc/sys/kernel/yama/ptrace_scope`; -1 where there is none. */
  readonly yamaPtraceScope: number
  /** Why it was not. */
  readonly note?: string
}

/** How many entries each list of a traced run has; all zero where nothing was traced. */
export interface CommandRunCounts {
  /** Entries of `processes`. */
  readonly processes: number
  /** Entries of `paths`. */
  readonly uniquePaths: number
  /** Entries of `digests`. */
  readonly uniqueDigests: number
  /** Entries of `comms`. */
  readonly uniqueComms: number
  /** Entries of `cmdlines`. */
  readonly uniqueCmdlines?: number
  /** Files that were read and were there before. */
  readonly materials?: number
  /** Files that were made and used up again. */
  readonly intermediates?: number
  /** Files that were made and are still there. */
  readonly products?: number
  /** Files that count as a cache. */
  readonly cacheArtifacts?: number
}

/** How the command was watched. */
export interface CommandRunMeta {
  /** `v0.2`. */
  readonly version: string
  /** How files were found: `walk`, `trace` or `ima`. */
  readonly captureMode?: string
  /** What traced: `ebpf` or `ptrace`. */
  readonly traceBackend?: string
  /** How the signing key was kept from the command. */
  readonly keyGuard?: KeyGuard
  /** How long the lists are. */
  readonly counts: CommandRunCounts
  /** Where each section's JSON stands in the predicate's bytes: first and last byte, counted from its `{`. */
  readonly sections?: Readonly<Record<string, readonly number[]>>
}

/** One process of a traced command. Ids are places in the tables of the predicate; -1 and any other that is not there mean absent. */
export interface ProcessV02 {
  /** The process. */
  readonly processid: number
  /** The process that started it. */
  readonly parentpid: number
  /** Its name, by its place in `comms`. */
  readonly commId: number
  /** What it ran, by its place in `paths`. */
  readonly execPathId: number
  /** Its command line, by its place in `cmdlines`. */
  readonly cmdlineId: number
  /** The content of its program, by its place in `digests`. */
  readonly programDigestId: number
  /** The content of what the system ran for it, by its place in `digests`. */
  readonly exeDigestId: number
  /** Files that it read. */
  readonly openedFiles?: readonly FileReference[]
  /** Files that it wrote. */
  readonly writtenFiles?: readonly FileReference[]
  /** How it ended. */
  readonly exitcode?: number
}

/** A file that a process touched, by places in the predicate's lists. */
export interface FileReference {
  /** Its place in `paths`. */
  readonly pathId: number
  /** Its place in `digests`. */
  readonly digestId: number
}

/** A digest of a traced file: any algorithm, and where it came from. */
export interface DigestEntry {
  /** Digests by algorithm. */
  readonly digests: Readonly<Record<string, string>>
  /** Where the digest comes from. */
  readonly src?: string
}

/** Command-run as CI/lock writes it. What a key that is not there means is said at the key. */
export interface CommandRunPredicate {
  /** How the command was watched. */
  readonly _meta: CommandRunMeta
  /** Only of traced commands, as it came. */
  readonly summary?: JsonValue
  /** Contents that a traced command touched; processes name them by their place here. */
  readonly digests: readonly DigestEntry[] | null
  /** Paths that it touched, named the same way. */
  readonly paths: readonly string[] | null
  /** Names of its processes, named the same way. */
  readonly comms: readonly string[] | null
  /** Command lines of its processes, named the same way. */
  readonly cmdlines?: readonly string[]
  /** `[]` when the command was not traced. */
  readonly processes: readonly ProcessV02[]
  /** The program and its arguments, secrets hidden. */
  readonly cmd?: readonly string[]
  /** Absent: 0. -1: ended by a signal. */
  readonly exitcode?: number
  /** Absent: the command wrote nothing. */
  readonly stdout?: string
  /** Standard error as text, secrets hidden. */
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
