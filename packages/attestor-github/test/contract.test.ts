import { fileURLToPath } from 'node:url'
import { github, githubAction, githubActionType, githubType, localAction } from '@cilock/attestor-github'
import { attestContext, describeAttestor } from '@cilock/testing'
import { temporaryFolder } from '@cilock/testing/node'
import { describe, it, onTestFinished } from 'vitest'
import { claims, env, issuer, now } from './issuer.ts'

const run = (more: Readonly<Record<string, string | undefined>> = {}, answers: Parameters<Awaited<ReturnType<typeof issuer>>['fetch']>[0] = {}) => async () =>
  attestContext({ env: { ...env, ...more }, clock: () => now, fetch: (await issuer('ES256')).fetch(answers) })

describeAttestor(
  () => github(),
  {
    type: githubType,
    attests: { 'a run that a token proves': run(), 'one on a machine that says what it is': run({ RUNNER_ARCH: 'X64', RUNNER_OS: 'Linux', GITHUB_ACTION_PATH: '/action' }) },
    refuses: {
      'a process that is no job': { context: run({ GITHUB_ACTIONS: undefined }), code: 'ERR_NOT_IN_GITHUB_ACTIONS' },
      'a token that is none': { context: run({}, { token: Response.json({ value: 'none' }) }), code: 'ERR_TOKEN_SIGNATURE' },
      'a token about another run': { context: run({ GITHUB_RUN_ID: '43' }), code: 'ERR_TOKEN_MISMATCH' },
      'a token of yesterday': { context: async () => attestContext({ env, clock: () => new Date(now.getTime() + 86_400_000), fetch: (await issuer('ES256')).fetch({}, claims) }), code: 'ERR_TOKEN_CLAIMS' },
      'a run without a network': { context: () => attestContext({ env, clock: () => now }), code: 'ERR_FETCH_MISSING' },
    },
    rejects: { 'an id that is a number': { type: githubType.predicateType, json: '{"pipelineid":42}', code: 'ERR_MALFORMED' } },
  },
  { describe, it },
)

const dir = fileURLToPath(new URL('fixtures/scan', import.meta.url))
const job = (more: Readonly<Record<string, string>> = {}) => () => attestContext({ workingDir: temporaryFolder(onTestFinished), env: { PATH: process.env['PATH'], GITHUB_RUN_ID: '42', ...more } })

describeAttestor(
  () => githubAction({ ref: `acme/scan@${'ab'.repeat(20)}`, execute: localAction({ dir, inputs: { path: 'src', 'api-token': 'tok-123456' } }) }),
  {
    type: githubActionType,
    attests: { 'an action that runs': job() },
    rejects: { 'an exit code that is a text': { type: githubActionType.predicateType, json: '{"exitcode":"0"}', code: 'ERR_MALFORMED' } },
  },
  { describe, it },
)
describeAttestor(
  () => githubAction({ ref: 'docker://example.test/scan:1', execute: async () => ({ type: 'docker', exitCode: 0, docker: { image: 'example.test/scan:1', envcount: 2 } }) }),
  { type: githubActionType, attests: { 'an action that somebody else runs': job(), 'one in a job with a name': job({ GITHUB_JOB: 'build', GITHUB_WORKFLOW: 'ci' }) } },
  { describe, it },
)
