import { array, bool, integer, map, optional, string, struct } from '@cilock/core/schema'
import type { Schema } from '@cilock/core/schema'

/** How a container action was started. */
export interface DockerRun {
  /** The image that was run. */
  readonly image?: string
  /** Its network. */
  readonly network?: string
  /** Where the workspace was mounted. */
  readonly workspace?: string
  /** Its entry point, where another one was asked for. */
  readonly entrypoint?: string
  /** How many variables it was given. */
  readonly envcount?: number
  /** Its arguments. */
  readonly args?: readonly string[]
}

/** A wrapped GitHub Action: which one, how it was referred to, and how it ended. */
export interface GithubActionPredicate {
  /** As the user wrote it: `owner/repo@ref`, `owner/repo/path@ref`, `docker://image`. */
  readonly actionref: string
  /** `javascript`, `docker`, `composite`, `unknown`. */
  readonly actiontype: string
  /** `name` of its metadata. */
  readonly actionname?: string
  /** What the action was given, secrets hidden. */
  readonly actioninputs?: Readonly<Record<string, string>>
  /** What it said. */
  readonly actionoutputs?: Readonly<Record<string, string>>
  /** How it ended; 0 is success. */
  readonly exitcode: number
  /** Where it stood on this machine. */
  readonly actiondir?: string
  /** Whether the reference is a commit. Left out when it is not: a rule has to ask `not input.refpinned`. */
  readonly refpinned?: boolean
  /** How its container was run, if it was one. */
  readonly docker?: DockerRun
  /** The run that it was part of. */
  readonly runid?: string
  /** The workflow. */
  readonly workflowname?: string
  /** The job. */
  readonly jobname?: string
}

export const githubActionSchema: Schema<GithubActionPredicate> = struct({
  actionref: string(),
  actiontype: string(),
  actionname: optional(string()),
  actioninputs: optional(map(string())),
  actionoutputs: optional(map(string())),
  exitcode: integer(),
  actiondir: optional(string()),
  refpinned: optional(bool()),
  docker: optional(
    struct({
      image: optional(string()),
      network: optional(string()),
      workspace: optional(string()),
      entrypoint: optional(string()),
      envcount: optional(integer()),
      args: optional(array(string())),
    }),
  ),
  runid: optional(string()),
  workflowname: optional(string()),
  jobname: optional(string()),
})
