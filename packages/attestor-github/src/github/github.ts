import { CilockError, isJsonObject } from '@cilock/core'
import type { AttestContext, Attestor } from '@cilock/core'
import type { GithubErrorCode } from '../error.ts'
import { checkClaims } from '../oidc/check-claims.ts'
import { getJson } from '../oidc/request.ts'
import { verifyToken } from '../oidc/verify-token.ts'
import type { JwtPredicate } from '../oidc/predicate.ts'
import { githubSchema } from './predicate.ts'
import type { GithubPredicate } from './predicate.ts'
import { githubType } from './type.ts'

/** Who issues the tokens, and for whom. */
export interface GithubOptions {
  /** Who issues the tokens. Default: `https://token.actions.githubusercontent.com`; a GitHub Enterprise server has its own. */
  readonly issuer?: string
  /** Where the issuer's keys are. Default: `WITNESS_GITHUB_JWKS_URL` of the run's environment, else `<issuer>/.well-known/jwks`. */
  readonly jwksUrl?: string
}

/** The audience that the Go tools ask for; a constant there. */
const audience = 'witness'

/**
 * Records the GitHub Actions run that the step belongs to, proven by an OIDC token: its signature, issuer, audience and
 * times are checked, and what it says about repository and run has to be what the environment says. The job needs
 * `permissions: id-token: write`. The network is the run's `fetch`, and the time its clock.
 *
 * @throws CilockError from `attest`: `ERR_NOT_IN_GITHUB_ACTIONS`, `ERR_TOKEN_REQUEST`, `ERR_JWKS_REQUEST`,
 * `ERR_TOKEN_SIGNATURE`, `ERR_TOKEN_CLAIMS`, `ERR_TOKEN_MISMATCH`, `ERR_FETCH_MISSING`, `ERR_ABORTED`
 *
 * @example
 * ```ts
 * await attest({ ...processContext(), step: 'build', attestors: [github()], signers: [signer] })
 * ```
 */
export function github(options: GithubOptions = {}): Attestor<GithubPredicate> {
  const issuer = options.issuer ?? 'https://token.actions.githubusercontent.com'
  return {
    ...githubType,
    runType: 'prematerial',
    async attest(context) {
      const { env, signal } = context
      if (signal.aborted) throw new CilockError('ERR_ABORTED', 'the run was stopped before the job was looked at', { cause: signal.reason })
      if (env['GITHUB_ACTIONS'] !== 'true') throw notInActions('expected GITHUB_ACTIONS to be "true"')
      const repository = required(context, 'GITHUB_REPOSITORY')
      const run = required(context, 'GITHUB_RUN_ID')
      const server = required(context, 'GITHUB_SERVER_URL')
      const jwt = await provenClaims(issuer, options.jwksUrl, { repository, run_id: run }, context)
      const text = (name: string): string => env[name] ?? ''
      const projecturl = `${server}/${repository}`
      const predicate: GithubPredicate = {
        jwt,
        ciconfigpath: text('GITHUB_ACTION_PATH'),
        pipelineid: run,
        pipelinename: text('GITHUB_WORKFLOW'),
        pipelineurl: `${projecturl}/actions/runs/${run}`,
        projecturl,
        runnerid: text('RUNNER_NAME'),
        cihost: '',
        ciserverurl: server,
        runnerarch: text('RUNNER_ARCH'),
        runneros: text('RUNNER_OS'),
      }
      return githubType.read(githubSchema.read(predicate), githubType.predicateType)
    },
  }
}

async function provenClaims(issuer: string, jwksUrl: string | undefined, bound: Readonly<Record<string, string>>, context: AttestContext): Promise<JwtPredicate> {
  const keysAt = jwksUrl ?? context.env['WITNESS_GITHUB_JWKS_URL'] ?? `${issuer}/.well-known/jwks`
  const token = await requestToken(context)
  const jwks = await getJson(urlOf(keysAt, 'ERR_JWKS_REQUEST'), { accept: 'application/json' }, 'ERR_JWKS_REQUEST', context)
  const { claims, jwk } = await verifyToken(token, jwks)
  checkClaims(claims, { issuer, audience, now: context.clock(), bound })
  return { claims: claims as JwtPredicate['claims'], verifiedBy: { jwksUrl: keysAt, jwk } }
}

async function requestToken(context: AttestContext): Promise<string> {
  const url = urlOf(required(context, 'ACTIONS_ID_TOKEN_REQUEST_URL'), 'ERR_TOKEN_REQUEST')
  const bearer = required(context, 'ACTIONS_ID_TOKEN_REQUEST_TOKEN')
  url.searchParams.append('audience', audience)
  url.searchParams.sort()
  const answer = await getJson(url, { authorization: `bearer ${bearer}`, accept: 'application/json' }, 'ERR_TOKEN_REQUEST', context)
  const token = isJsonObject(answer) ? answer['value'] : undefined
  if (typeof token === 'string' && token !== '') return token
  throw new CilockError<GithubErrorCode>('ERR_TOKEN_REQUEST', 'expected a token (`value`) in the answer, found none')
}

function urlOf(text: string, code: GithubErrorCode): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return url
  throw new CilockError(code, 'expected an https URL to request from (http on this machine alone), found something else')
}

/** Whoever sits between could hand over keys of their own. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function required({ env }: AttestContext, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') throw notInActions(`expected ${name} in the environment, found none${name.startsWith('ACTIONS_ID_TOKEN') ? '; the job needs `permissions: id-token: write`' : ''}`)
  return value
}

function notInActions(message: string): CilockError<GithubErrorCode> {
  return new CilockError('ERR_NOT_IN_GITHUB_ACTIONS', `not in a GitHub Actions job: ${message}`)
}
