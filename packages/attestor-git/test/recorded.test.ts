import { git, gitType } from '@cilock/attestor-git'
import type { GitPredicate } from '@cilock/attestor-git'
import { attestContext } from '@cilock/testing'
import { recordedRuns, skipped, stageRun, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'

const runs = recordedRuns('git-').filter(({ id }) => id !== 'git-environment-slsa')

/** Where Go is wrong, and what is right. */
const better: ReadonlyMap<string, (predicate: GitPredicate) => void> = new Map([
  ['git-remote-06', (found) => expect(found.remotes).toEqual(['https://github.com/acme/app.git'])],
  ['git-remote-11', (found) => expect(found.remotes).toEqual(['https://github.com/acme/app.git'])],
  ['git-remote-14', (found) => expect(found.remotes?.join()).not.toMatch(/user|pass|pa#ss|@/)],
  ['git-remote-13', (found) => expect(found.remotes).toEqual(['gitlab.example.com:acme/app.git'])],
])

/** The main repository of the linked worktree is not part of the recording. */
const absent = new Set(['git-worktree'])

const env = (id: string): Record<string, string | undefined> => ({
  PATH: id.startsWith('git-no-binary') ? '/nowhere' : process.env['PATH'],
  HOME: '/nowhere',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
})

describe.skipIf(vectors('golden/evidence') === undefined)(runs.length === 0 ? skipped('golden/evidence') : 'recorded runs of git', () => {
  it.each(runs.filter(({ id }) => !absent.has(id)).map((run) => [run.id, run] as const))('%s', async (id, run) => {
    const { workingDir, remove } = stageRun(run)
    try {
      const attested = git().attest(attestContext({ workingDir: workingDir, env: env(id) }))
      const recorded = run.statements.flatMap(({ entries }) => entries).find(({ type }) => type === gitType.predicateType)
      if (recorded === undefined) {
        await expect(attested).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_(NOT_A_REPOSITORY|REPOSITORY_UNSUPPORTED)$/) as string })
        return
      }
      const { predicate, subjects, backRefs } = await attested
      const check = better.get(id)
      if (check !== undefined) {
        check(predicate)
        expect(comparable({ ...predicate, remotes: [] })).toEqual(comparable({ ...(recorded.predicate as GitPredicate), remotes: [] }))
        return
      }
      expect(comparable(predicate)).toEqual(comparable(recorded.predicate as GitPredicate))
      expect(subjects).toEqual(withoutEmpty(recorded.subjects))
      expect(backRefs).toEqual(recorded.backRefs)
      expect(gitType.read(recorded.predicate, recorded.type)).toEqual({ predicate: recorded.predicate, subjects: withoutEmpty(recorded.subjects), backRefs: recorded.backRefs })
    } finally {
      remove()
    }
  })
})

/** Without the program of the machine. */
function comparable({ gitbinhash: _hash, gitbinpath: _path, ...predicate }: GitPredicate): unknown {
  return predicate
}

/** Go gives empty e-mails a subject, with the digest of nothing. */
function withoutEmpty(subjects: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(subjects).filter(([name]) => !name.endsWith(':')))
}
