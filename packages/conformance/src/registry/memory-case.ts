import { memoryRegistry } from '@cilock/registry/testing'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { bytesOf, headerOf, isRecorded } from './recording.ts'
import type { Exchange } from './recording.ts'

/** The statuses of one probe, by registry. */
export interface Answers {
  readonly id: string
  readonly statuses: Readonly<Record<string, number>>
}

/**
 * Sends the probes that a registry was sent to our registry for tests: it has to answer each as one of the real ones did.
 * Uploads go on where ours says, since the places that theirs said are not here.
 */
export class MemoryProbes {
  readonly #given = new Map<string, number>()

  constructor(exchanges: readonly Exchange[], referrers: boolean) {
    const registry = memoryRegistry({ host: 'localhost:5000', referrers })
    const sessions = new Map<string, string>()
    for (const { id = '', request, response } of exchanges) {
      if (!isRecorded(request.body)) continue
      const recorded = new URL(request.target, 'http://localhost:5000')
      const here = sessions.get(recorded.pathname)
      const url = here === undefined ? recorded : new URL(here, recorded)
      const digest = recorded.searchParams.get('digest')
      if (here !== undefined && digest !== null) url.searchParams.set('digest', digest)
      const headers = new Headers(request.headers.filter(([name]) => !['host', 'content-length', 'connection', 'transfer-encoding'].includes(name.toLowerCase())).map(([name, value]): [string, string] => [name, value]))
      const answer = registry.answer({ method: request.method, target: `${url.pathname}${url.search}`, url, headers, body: new Uint8Array(bytesOf(request.body)) })
      this.#given.set(id, answer.status)
      const there = headerOf(response.headers, 'location')
      const location = headerOf(answer.headers, 'location')
      if (there !== undefined && location !== undefined) sessions.set(new URL(there, recorded).pathname, location)
    }
  }

  run({ id, statuses }: Answers): Outcome {
    const found = this.#given.get(id)
    const said = Object.entries(statuses).map(([registry, status]) => `${registry} ${status}`)
    return found !== undefined && Object.values(statuses).includes(found) ? passed : failed(`found ${found ?? 'nothing'}, recorded are: ${said.join(', ')}`)
  }
}
