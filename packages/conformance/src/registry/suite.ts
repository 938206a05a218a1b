import { resolve } from 'node:path'
import { skipped } from '../case.ts'
import type { Case, Suite } from '../case.ts'
import { actionsOf } from './actions.ts'
import { runProbe, runRecording } from './client-case.ts'
import { identityCases } from './identity-case.ts'
import { MemoryProbes } from './memory-case.ts'
import { headerOf, isRecorded, readProbes, readRecordings } from './recording.ts'
import type { RecordedBody, Recording } from './recording.ts'

/**
 * Recorded registries. What other clients did our client does again, against their answers; each answer to a probe is
 * read; each probe is sent to our registry for tests; and the identities of the recorded images are found in their bytes.
 */
export const registrySuite: Suite = async (folder) => {
  const probes = readProbes(resolve(folder))
  const recordings = readRecordings(resolve(folder))
  const bodies = manifestsIn(recordings)
  return [
    ...recordings.map((recording): Case => ({ id: recording.id, kind: 'client', run: async () => runRecording(recording, bodies) })),
    ...probes.flatMap(probeCases),
    ...memoryCases(probes),
    ...identityCases(resolve(folder)),
  ]
}

/** By the digest that their registry said. */
function manifestsIn(recordings: readonly Recording[]): ReadonlyMap<string, RecordedBody> {
  const exchanges = recordings.flatMap(({ runs }) => runs.flatMap((run) => run.exchanges))
  return new Map(
    exchanges.flatMap(({ request, response }) => {
      const digest = headerOf(response.headers, 'docker-content-digest')
      return request.method === 'GET' && request.target.includes('/manifests/') && response.status === 200 && response.injected !== true && digest !== undefined ? [[digest, response.body] as const] : []
    }),
  )
}

function probeCases(recording: Recording): readonly Case[] {
  return actionsOf(recording.id, recording.runs[0]?.exchanges ?? []).map((action) => ({ id: `probes/${recording.id}:${action.id}`, kind: 'probe', run: async () => runProbe(action, recording) }))
}

function memoryCases(probes: readonly Recording[]): readonly Case[] {
  return [true, false].flatMap((referrers) => {
    // the registry that lists referrers and the one that does not, sent to ours of the same kind
    const model = probes.find(({ id }) => id === (referrers ? 'olareg' : 'olareg-noreferrers'))
    const exchanges = model?.runs[0]?.exchanges ?? []
    if (exchanges.length === 0) return []
    const memory = new MemoryProbes(exchanges, referrers)
    return exchanges.map(({ id = '', request }): Case => {
      const statuses = Object.fromEntries(probes.map((each) => [each.id, each.runs[0]?.exchanges.find((exchange) => exchange.id === id)?.response.status ?? -1]))
      return { id: `memory/${referrers ? 'referrers' : 'no-referrers'}:${id}`, kind: 'memory', run: async () => (isRecorded(request.body) ? memory.run({ id, statuses }) : skipped('the body of a request, of which only the hash was recorded')) }
    })
  })
}
