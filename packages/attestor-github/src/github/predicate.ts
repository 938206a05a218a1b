import { optional, string, struct } from '@cilock/core/schema'
import type { Schema } from '@cilock/core/schema'
import { jwtSchema } from '../oidc/predicate.ts'
import type { JwtPredicate } from '../oidc/predicate.ts'

/** A run of a GitHub workflow. The claims of `jwt` are proven by the issuer; everything else is what the environment said. */
export interface GithubPredicate {
  /** What the run's token said, and the key that it was verified by. */
  readonly jwt?: JwtPredicate
  /** Path of the running action, despite its name. */
  readonly ciconfigpath: string
  /** Id of the run. */
  readonly pipelineid: string
  /** Name of the workflow. */
  readonly pipelinename: string
  /** The page of the run. */
  readonly pipelineurl: string
  /** The page of the repository. */
  readonly projecturl: string
  /** Name of the runner. */
  readonly runnerid: string
  /** Always empty. */
  readonly cihost: string
  /** The server, `https://github.com`. */
  readonly ciserverurl: string
  /** The architecture of the runner. */
  readonly runnerarch: string
  /** The system of the runner. */
  readonly runneros: string
}

export const githubSchema: Schema<GithubPredicate> = struct({
  jwt: optional(jwtSchema),
  ciconfigpath: string(),
  pipelineid: string(),
  pipelinename: string(),
  pipelineurl: string(),
  projecturl: string(),
  runnerid: string(),
  cihost: string(),
  ciserverurl: string(),
  runnerarch: string(),
  runneros: string(),
})
