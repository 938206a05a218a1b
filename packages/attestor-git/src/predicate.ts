import { array, digestSet, map, optional, string, struct } from '@cilock/core/schema'
import type { DigestSet } from '@cilock/core'
import type { Schema } from '@cilock/core/schema'

/** How a path stands in the index and in the working directory: `modified`, `added`, `untracked` … */
export interface GitStatus {
  /** How the file in the index differs from the commit: git's word for it. */
  readonly staging?: string
  /** How the file differs from the index. */
  readonly worktree?: string
}

/** An annotated tag of the commit. */
export interface GitTag {
  /** What it is called. */
  readonly name: string
  /** Who made it. */
  readonly taggername: string
  /** The tagger's address. */
  readonly taggeremail: string
  /** RFC 3339. */
  readonly when: string
  /** Armoured text; empty without a signature. */
  readonly pgpsignature: string
  /** What they said. */
  readonly message: string
}

/** The state of a repository; every text is empty where there is no commit yet. */
export interface GitPredicate {
  /** `go-git+git-bin` when a git program told the status, `go-git` when a library did: the words of the Go tools. */
  readonly gittool: string
  /** The git program that was asked, where one was. */
  readonly gitbinpath?: string
  /** The content of that program. */
  readonly gitbinhash?: DigestSet
  /** The commit that is checked out. */
  readonly commithash: string
  /** Who wrote it. */
  readonly author: string
  /** The author's address. */
  readonly authoremail: string
  /** Who committed it. */
  readonly committername: string
  /** The committer's address. */
  readonly committeremail: string
  /** The author's date in Go's form, the offset twice: `2025-06-04 13:24:07 +0200 +0200`. */
  readonly commitdate: string
  /** What they said. */
  readonly commitmessage: string
  /** By path; absent when nothing changed. */
  readonly status?: Readonly<Record<string, GitStatus>>
  /** The commit's hash as a digest set. */
  readonly commitdigest?: DigestSet
  /** Armoured text, OpenPGP or SSH. Nobody verified it. */
  readonly signature?: string
  /** The commits before it. */
  readonly parenthashes?: readonly string[]
  /** The tree of its files. */
  readonly treehash?: string
  /** Full names of the references that point at the commit; `HEAD` among them when it is detached. */
  readonly refs?: readonly string[]
  /** URLs to fetch from and to push to, without credentials. */
  readonly remotes?: readonly string[]
  /** Annotated tags of the commit. */
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
