import { CilockError, redactor, secretsOf } from '@cilock/core'
import type { AttestContext, Attestor } from '@cilock/core'
import { findProgram, hashFile } from '@cilock/core/node'
import { nameMatcher } from '@cilock/glob'
import { realpath } from 'node:fs/promises'
import { goDate } from './go-date.ts'
import { gitSchema } from './predicate.ts'
import type { GitPredicate } from './predicate.ts'
import { locateRepository } from './repository/locate.node.ts'
import { objectReader } from './repository/objects.node.ts'
import { objectStore } from './repository/object-store.node.ts'
import { readHead, readRefs } from './repository/refs.node.ts'
import { remoteUrls } from './repository/remotes.ts'
import { refuseSpecialFiles } from './repository/special-files.node.ts'
import { tagsOf } from './repository/tags.node.ts'
import { statusByLibrary } from './status/library.node.ts'
import { statusByProgram } from './status/git-program.node.ts'
import { gitType, witnessEvidence } from './type.ts'

/** Which variables hold secrets that may stand in the URL of a remote. */
export interface GitOptions {
  /**
   * Variables whose values are redacted besides those whose names look like secrets, from four bytes on: names, or
   * globs where a `*` is in them, without regard to case. Default: none.
   */
  readonly addSensitiveKeys?: readonly string[]
  /** Variables whose values are not redacted although their names look like secrets: exact, and case counts. Default: none. */
  readonly allowSensitiveKeys?: readonly string[]
}

/**
 * Records the repository that the step works in: its commit, what differs from it, branch, tags and remotes (without
 * credentials). The status is git's own where a git program is on the PATH of the run, else a library's.
 *
 * @throws GlobError `ERR_GLOB_INVALID` at once for a key that is no glob
 * @throws CilockError from `attest`: `ERR_NOT_A_REPOSITORY`, `ERR_REPOSITORY_UNSUPPORTED`, `ERR_REPOSITORY_BROKEN`,
 * `ERR_GIT_FAILED`, `ERR_LIMIT_EXCEEDED` for a commit or tag of more than 32 MiB or one that takes too much to be put
 * together, and without a git program for such a tree, `ERR_ABORTED`
 *
 * @example
 * ```ts
 * await attest({ ...processContext(), step: 'build', attestors: [git()], signers: [signer] })
 * ```
 */
export function git(options: GitOptions = {}): Attestor<GitPredicate> {
  const isNamed = nameMatcher(options.addSensitiveKeys ?? [], { wildcards: '*' })
  const redactorFor = ({ env }: AttestContext): ((text: string) => string) => redactor(secretsOf(env, options.allowSensitiveKeys ?? [], { isNamed }))
  return {
    ...gitType,
    runType: 'prematerial',
    async attest(context) {
      if (context.signal.aborted) throw new CilockError('ERR_ABORTED', 'the run was stopped before git was looked at', { cause: context.signal.reason })
      const predicate = gitSchema.read(await predicateOf(context, redactorFor(context)))
      return context.dialect === 'witness' ? witnessEvidence(predicate) : gitType.read(predicate, gitType.predicateType)
    },
  }
}

const nothingYet: GitPredicate = {
  gittool: '',
  commithash: '',
  author: '',
  authoremail: '',
  committername: '',
  committeremail: '',
  commitdate: '',
  commitmessage: '',
}

async function predicateOf(context: AttestContext, redact: (text: string) => string): Promise<GitPredicate> {
  const repository = await locateRepository(context.workingDir)
  const nested = await refuseSpecialFiles(repository, context)
  const refs = await readRefs(repository)
  const head = await readHead(repository, refs)
  if (head.commit === undefined) return nothingYet
  const store = await objectStore(repository, context.signal)
  const objects = objectReader(store)
  const { author, committer, message, parents, tree, signature } = await objects.commit(head.commit)
  const named = [...refs].filter(([, name]) => name === head.commit).map(([ref]) => ref)
  const program = findProgram('git', context.workingDir, context.env['PATH'])
  return {
    ...(program.found === 'executable'
      ? {
          gittool: 'go-git+git-bin',
          gitbinpath: program.file,
          gitbinhash: await hashFile(await realpath(program.file), context.hashes, { signal: context.signal }),
          status: await statusByProgram(program.file, repository.worktree, nested, context),
        }
      : { gittool: 'go-git', status: await statusByLibrary(repository, tree, store) }),
    commithash: head.commit,
    author: author.name,
    authoremail: author.email,
    committername: committer.name,
    committeremail: committer.email,
    commitdate: goDate(author.timestamp, author.timezoneOffset),
    commitmessage: message,
    commitdigest: { sha1: head.commit },
    signature,
    parenthashes: parents,
    treehash: tree,
    refs: head.ref === undefined ? ['HEAD', ...named] : named,
    // A token may stand in a path or a query too, where no URL says that it is one.
    remotes: remoteUrls(repository.config).map(redact),
    tags: await tagsOf(repository, refs, head.commit, objects),
    branch: head.ref === undefined ? 'HEAD' : head.ref.replace(/^refs\/heads\//, ''),
  }
}
