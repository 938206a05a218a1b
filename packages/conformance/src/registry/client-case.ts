import { registryClient } from '@cilock/registry'
import type { Credentials } from '@cilock/registry'
import { CilockError } from '@cilock/core'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { actionsOf } from './actions.ts'
import type { Action } from './actions.ts'
import { RecordedServer } from './recorded-server.ts'
import { headerOf } from './recording.ts'
import type { Exchange, RecordedBody, Recording } from './recording.ts'

/** Our client does what another one was recorded to do, and has to get as far. */
export async function runRecording(recording: Recording, bodies: ReadonlyMap<string, RecordedBody>): Promise<Outcome> {
  const server = new RecordedServer(recording)
  let done = 0
  for (const run of recording.runs) {
    for (const action of actionsOf(recording.id, meant(run.exchanges, bodies))) {
      const wrong = await runAction(action, server, recording)
      if (wrong !== undefined) return failed(`${run.argv.slice(0, 2).join(' ')}, ${action.id}: ${wrong}`)
      done++
    }
  }
  if (done > 0) return passed
  return recording.id === 'fault-ping-500' ? pinged(server, recording) : failed('nothing in it is a client’s business')
}

/** One probe by itself. */
export async function runProbe(action: Action, recording: Recording): Promise<Outcome> {
  const wrong = await runAction(action, new RecordedServer(recording), recording)
  return wrong === undefined ? passed : failed(wrong)
}

/** A refusal that was answered is no action of its own; one that stayed is. */
function meant(exchanges: readonly Exchange[], bodies: ReadonlyMap<string, RecordedBody>): readonly Exchange[] {
  return exchanges.map((exchange) => asGet(exchange, bodies)).filter(({ request, response }, at) => response.status !== 401 || !exchanges.slice(at + 1).some((other) => other.request.target === request.target && other.response.status !== 401))
}

/** We ask for manifests with their bytes, where others are content with the digest that the registry says. */
function asGet(exchange: Exchange, bodies: ReadonlyMap<string, RecordedBody>): Exchange {
  const { request, response } = exchange
  const body = bodies.get(headerOf(response.headers, 'docker-content-digest') ?? '')
  if (request.method !== 'HEAD' || !request.target.includes('/manifests/') || response.status !== 200 || body === undefined || response.injected === true) return exchange
  return { ...exchange, request: { ...request, method: 'GET' }, response: { ...response, body } }
}

async function runAction(action: Action, server: RecordedServer, recording: Recording): Promise<string | undefined> {
  server.expect(action.exchanges)
  const complaints = server.complaints.length
  const outcome = await attempt(action, server, recording)
  const [complaint] = server.complaints.slice(complaints)
  const wanted = action.code
  if (wanted === undefined && outcome !== undefined) return outcome
  if (wanted !== undefined && outcome !== wanted) return `expected ${wanted}, found ${outcome ?? 'that it was taken'}`
  // credentials that are turned down are turned down before what was recorded
  if (complaint !== undefined && wanted !== 'ERR_REGISTRY_UNAUTHORIZED') return complaint
  const [unasked] = server.unasked
  if (action.isSent && unasked !== undefined && wanted !== 'ERR_REGISTRY_UNAUTHORIZED') return `${unasked.request.method} ${unasked.request.target.slice(0, 100)} was not asked for`
  return undefined
}

/** What is wrong, or the code of the error. */
async function attempt(action: Action, server: RecordedServer, recording: Recording): Promise<string | undefined> {
  const client = registryClient({
    fetch: server.fetch,
    wait: async () => undefined,
    credentials: async () => credentialsOf(recording),
    limits: action.chunkBytes === undefined ? {} : { chunkBytes: Math.max(1, action.chunkBytes) },
  })
  try {
    return await action.run(client.repository(`${recording.host}/${action.repository}`), server)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return error.code
  }
}

/** As the README of the recordings says. Only recordings about access have some. */
function credentialsOf({ id }: Recording): Credentials | undefined {
  if (!id.startsWith('auth-') && !id.startsWith('fault-blob-redirect') || id.endsWith('-anonymous')) return undefined
  if (id.endsWith('-identitytoken')) return { kind: 'identity-token', token: 'refresh-alice' }
  return { kind: 'password', username: 'alice', password: id.endsWith('-wrong-password') ? 'wrong' : 's3cret' }
}

/** Others ask first whether there is a registry; we ask for what is wanted, and hear the same. */
async function pinged(server: RecordedServer, recording: Recording): Promise<Outcome> {
  const [run] = recording.runs
  const exchanges = (run?.exchanges ?? []).map((exchange) => ({ ...exchange, request: { ...exchange.request, target: '/v2/demo/hello/manifests/v1' } }))
  const [action] = actionsOf(recording.id, exchanges)
  if (action === undefined) return failed('nothing is asked')
  // it gives up after fewer attempts than were recorded
  const wrong = await runAction({ ...action, code: 'ERR_REGISTRY_FAILED', exchanges: action.exchanges.slice(0, 4) }, server, recording)
  return wrong === undefined ? passed : failed(wrong)
}
