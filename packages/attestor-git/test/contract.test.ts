import { execFileSync } from 'node:child_process'
import { git, gitType } from '@cilock/attestor-git'
import { attestContext, describeAttestor } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { describe, it, onTestFinished } from 'vitest'

const path = process.env['PATH']

/** A repository with these files committed and, behind that, one that is not. */
function repository(files: Readonly<Record<string, string>>, ...more: readonly (readonly string[])[]): string {
  const dir = temporaryFolder(onTestFinished, files)
  const env = { PATH: path, HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_DATE: '2026-01-02T03:04:05+01:00', GIT_COMMITTER_DATE: '2026-01-02T03:04:05+01:00' }
  const commit = Object.keys(files).length > 0 ? [['add', '-A'], ['commit', '-qm', 'first']] : []
  for (const args of [['init', '-q', '-b', 'main'], ...commit, ...more]) execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com', ...args], { cwd: dir, env })
  return dir
}

const context = (dir: () => string, env: Readonly<Record<string, string | undefined>> = { PATH: path, HOME: '/nowhere' }) => () => attestContext({ workingDir: dir(), env })

describeAttestor(
  () => git(),
  {
    type: gitType,
    attests: {
      'a commit with a tag and a remote': context(() =>
        repository({ a: '1', 'b/c': '2' }, ['tag', '-a', 'v1', '-m', 'version 1'], ['remote', 'add', 'origin', 'https://user:hidden@example.test/acme/app.git'], ['rm', '-q', '--cached', 'a']),
      ),
      'a detached head, without a git program': context(() => repository({ a: '1' }, ['checkout', '-q', '--detach']), { PATH: '/nowhere' }),
      'no commit yet': context(() => repository({})),
      'two commits that witness reads': () => ({ ...context(() => repository({ a: '1' }, ['commit', '-q', '--allow-empty', '-m', 'second']))(), dialect: 'witness' }),
    },
    refuses: {
      'a directory that is no repository': { context: context(() => temporaryFolder(onTestFinished)), code: 'ERR_NOT_A_REPOSITORY' },
      'names of SHA-256': { context: context(() => repository({}, ['init', '-q', '--object-format=sha256', 'inner']).concat('/inner')), code: 'ERR_REPOSITORY_UNSUPPORTED' },
    },
    reads: {
      'what witness wrote': {
        type: 'https://witness.dev/attestations/git/v0.1',
        json: '{"gittool":"go-git","commithash":"","author":"","authoremail":"","committername":"","committeremail":"","commitdate":"","commitmessage":""}',
      },
    },
    rejects: { 'remotes that are no list': { type: gitType.predicateType, json: '{"remotes":"https://example.test"}', code: 'ERR_MALFORMED' } },
  },
  { describe, it },
)
