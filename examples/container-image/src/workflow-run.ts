import { createServer } from 'node:http'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'

/** The environment of a GitHub Actions job, and the issuer whose tokens prove it. */
export interface WorkflowRun {
  readonly issuer: string
  readonly env: Readonly<Record<string, string>>
  readonly close: () => void
}

/** Stands for GitHub: a server on this machine that issues tokens for one run and publishes its key. */
export async function startWorkflowRun(branch = 'main'): Promise<WorkflowRun> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'demo', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    const audience = new URL(request.url ?? '/', 'http://host').searchParams.get('audience')
    const answer = audience === null ? Promise.resolve({ keys: [jwk] }) : token(audience).then((value) => ({ count: 1, value }))
    void answer.then((body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)))
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const issuer = `http://127.0.0.1:${port}`
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, sub: `repo:acme/app:ref:refs/heads/${branch}`, repository: 'acme/app', ref: `refs/heads/${branch}`, run_id: '42', iat: now, nbf: now, exp: now + 600 }
  const token = async (aud: string): Promise<string> =>
    new CompactSign(new TextEncoder().encode(JSON.stringify({ ...claims, aud }))).setProtectedHeader({ alg: 'RS256', kid: 'demo' }).sign(privateKey)
  return {
    issuer,
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_RUN_ID: '42',
      GITHUB_WORKFLOW: 'release',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/token`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'only-for-this-run',
      RUNNER_NAME: 'demo',
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: 'X64',
    },
    close: () => server.close(),
  }
}
