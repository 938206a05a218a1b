import { array, digestSet, map, optional, string, struct } from '@cilock/core/schema'
import type { DigestSet } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** How a path stands in the index and in the working directory: `modified`, `added`, `untracked` … */
export interface GitStatus {
  readonly staging?: string
  readonly worktree?: string
}

/** An annotated tag of the commit. */
export interface GitTag {
  readonly name: string
  readonly taggername: string
  readonly taggeremail: string
  /** RFC 3339. */
  readonly when: string
  /** Armoured text; empty without a signature. */
  readonly pgpsignature: string
  readonly message: string
}

/** The state of a repository; every text is empty where there is no commit yet. */
export interface GitPredicate {
  /** `go-git+git-bin` when a git program told the status, `go-git` when a library did: the words of the Go tools. */
  readonly gittool: string
  readonly gitbinpath?: string
  readonly gitbinhash?: DigestSet
  readonly commithash: string
  readonly author: string
  readonly authoremail: string
  readonly committername: string
  readonly committeremail: string
  /** The author's date in Go's form, the offset twice: `2025-06-04 13:24:07 +0200 +0200`. */
  readonly commitdate: string
  readonly commitmessage: string
  /** By path; absent when nothing changed. */
  readonly status?: Readonly<Record<string, GitStatus>>
  readonly commitdigest?: DigestSet
  /** Armoured text, OpenPGP or SSH. Nobody verified it. */
  readonly signature?: string
  readonly parenthashes?: readonly string[]
  readonly treehash?: string
  /** Full names of the references that point at the commit; `HEAD` among them when it is detached. */
  readonly refs?: readonly string[]
  /** URLs to fetch from and to push to, without credentials. */
  readonly remotes?: readonly string[]
  readonly tags?: readonly GitTag[]
  /** Short name; `HEAD` when detached. */
  readonly branch?: string
}

export const gitSchema: Schema<GitPredicate> = struct({
  gittool: string(),
  gitbinpath: optional(string()),
  gitbinhash: optional(digestSet()),
  commithash: string(),
  author: string(),
  authoremail: string(),
  committername: string(),
  committeremail: string(),
  commitdate: string(),
  commitmessage: string(),
  status: optional(map(struct({ staging: optional(string()), worktree: optional(string()) }))),
  commitdigest: optional(digestSet()),
  signature: optional(string()),
  parenthashes: optional(array(string())),
  treehash: optional(string()),
  refs: optional(array(string())),
  remotes: optional(array(string())),
  tags: optional(
    array(struct({ name: string(), taggername: string(), taggeremail: string(), when: string(), pgpsignature: string(), message: string() })),
  ),
  branch: optional(string()),
})
