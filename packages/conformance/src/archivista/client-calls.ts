import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { archivistaClient, ArchivistaError, gitoidOf } from '@cilock/archivista-client'
import { CilockError } from '@cilock/core'
import type { Place } from './client-case.ts'
import type { Step } from './recording.ts'

function clientOf({ archivista }: Place) {
  return archivistaClient({ url: archivista.url, fetch: archivista.fetch, wait: async () => undefined })
}

/** `archivistactl` stores files as they are, and gives back envelopes and subjects. */
export async function runArchivistactl({ argv = [], exitCode, exchanges = [] }: Step, place: Place): Promise<string | undefined> {
  const client = clientOf(place)
  const at = argv.findIndex((arg) => ['store', 'retrieve', 'search'].includes(arg))
  const [command, ...rest] = argv.slice(at)
  try {
    if (command === 'store') {
      for (const name of rest) {
        const bytes = new Uint8Array(readFileSync(join(place.dir, 'shop', name)))
        const { gitoid } = await client.store(bytes)
        if (gitoid !== gitoidOf(bytes) || place.archivista.get(gitoid) === undefined) return `${name} is not stored by its gitoid`
      }
      // what is there already is no failure
      return exitCode === 0 || exchanges.some(({ response }) => response?.body?.text?.includes('duplicate key') === true) ? undefined : 'expected a refusal'
    }
    const [what, gitoid = ''] = rest
    if (what === 'envelope') await client.download(gitoid)
    else {
      const subjects = await client.subjects(gitoid)
      const recorded = place.body(exchanges[0]?.response?.body).toString()
      if (subjects.some(({ name }) => !recorded.includes(JSON.stringify(name)))) return 'expected the recorded subjects'
      if (subjects.length !== recorded.split('"name"').length - 1) return 'expected as many subjects as were recorded'
    }
    return exitCode === 0 ? undefined : 'expected a refusal'
  } catch (error) {
    const isFile = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (exitCode !== 0 && (CilockError.is(error) || isFile)) return undefined
    throw error
  }
}

/** What `cilock bundle create` asks: everything that hangs together with some digests. */
export async function runBundle({ argv = [], exchanges = [] }: Step, place: Place): Promise<string | undefined> {
  if (argv[2] !== 'create') return undefined
  const value = (flag: string): string | undefined => (argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined)
  const given = value('-s') ?? ''
  const { envelopes } = await clientOf(place).walk({
    digests: [given],
    ...(value('--max-depth') !== undefined && { maxDepth: Number(value('--max-depth')) }),
    ...(value('--max-envelopes') !== undefined && { maxEnvelopes: Number(value('--max-envelopes')) }),
  })
  const recorded = new Set(exchanges.filter(({ request, response }) => request.target.startsWith('/download/') && response?.status === 200).map(({ request }) => request.target.slice('/download/'.length)))
  const found = envelopes.map(({ gitoid }) => gitoid)
  // CI/lock searches for the prefix as if it were a part of the digest, and which of several come first is arbitrary
  if (given.includes(':')) return found.length > 0 ? undefined : 'expected the digest to be found in spite of its prefix'
  if (value('--max-envelopes') !== undefined) return found.length === recorded.size ? undefined : `expected ${recorded.size} envelopes, found ${found.length}`
  return JSON.stringify(found) === JSON.stringify([...recorded].sort()) ? undefined : `expected ${[...recorded].join(' ')}, found ${found.join(' ')}`
}

/** A server that takes requests and never answers: the deadline ends it, not somebody's patience. */
export async function runStalled(place: Place): Promise<string | undefined> {
  place.archivista.fail({ kind: 'stall' })
  const client = archivistaClient({ url: place.archivista.url, fetch: place.archivista.fetch, wait: async () => undefined, timeouts: { answer: 20 } })
  try {
    await client.store(new TextEncoder().encode('{}'))
    return 'expected a timeout'
  } catch (error) {
    if (error instanceof ArchivistaError || !CilockError.is(error)) throw error
    return error.code === 'ERR_HTTP_TIMEOUT' ? undefined : `expected ERR_HTTP_TIMEOUT, found ${error.code}`
  }
}
