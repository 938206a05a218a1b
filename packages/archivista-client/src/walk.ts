import { CilockError, parseStatement } from '@cilock/core'
import { inParallel } from '@cilock/http'
import type { Connection } from './connection.ts'
import { downloadEnvelope } from './download.ts'
import type { StoredEnvelope } from './download.ts'
import type { CallOptions } from './options.ts'
import { searchAll } from './query/search.ts'
import { digestValues } from './query/where.ts'

/** Where a walk begins and where it ends. */
export interface WalkOptions extends CallOptions {
  /** Digests of what the walk begins with. At least one. */
  readonly digests: readonly string[]
  /** Hops from envelope to envelope by shared subjects; 1 is what names the digests themselves. Default: 5. */
  readonly maxDepth?: number
  /** Envelopes that are fetched at most. Default: 10,000. */
  readonly maxEnvelopes?: number
}

export interface WalkedEnvelope extends StoredEnvelope {
  /** The hop at which it was found, from 1. */
  readonly depth: number
}

/** What a walk found. */
export interface Walk {
  /** By gitoid. Nothing is verified. */
  readonly envelopes: readonly WalkedEnvelope[]
  /** What ended the walk before there was nothing new: then there is more than was fetched. */
  readonly stoppedBy?: 'depth' | 'envelopes'
}

/** Everything that hangs together with some digests by shared subjects. */
export async function walkFrom(connection: Connection, { digests, maxDepth = 5, maxEnvelopes = 10_000, signal }: WalkOptions): Promise<Walk> {
  if (digests.length === 0) throw new TypeError('a walk needs a digest to begin with')
  const options = signal === undefined ? {} : { signal }
  const known = new Set(digestValues(digests))
  const found = new Map<string, WalkedEnvelope>()
  let frontier: readonly string[] = [...known]
  for (let depth = 1; frontier.length > 0; depth++) {
    if (depth > maxDepth) return result(found, 'depth')
    const hits = (await searchAll(connection, { digests: frontier }, options)).filter(({ gitoid }) => !found.has(gitoid))
    const room = hits.slice(0, maxEnvelopes - found.size)
    const fetched = await inParallel(room, { limit: connection.limits.parallel, signal }, async ({ gitoid }) => downloadEnvelope(connection, gitoid, options))
    for (const each of fetched) found.set(each.gitoid, { ...each, depth })
    if (room.length < hits.length) return result(found, 'envelopes')
    const next = new Set(fetched.flatMap(digestsOf).filter((digest) => !known.has(digest)))
    for (const digest of next) known.add(digest)
    frontier = [...next].sort()
  }
  return result(found)
}

function result(found: ReadonlyMap<string, WalkedEnvelope>, stoppedBy?: Walk['stoppedBy']): Walk {
  const envelopes = [...found.values()].sort((a, b) => (a.gitoid < b.gitoid ? -1 : 1))
  return { envelopes, ...(stoppedBy !== undefined && { stoppedBy }) }
}

/** Of every algorithm; a policy has no statement, and leads nowhere. */
function digestsOf({ envelope }: StoredEnvelope): readonly string[] {
  try {
    return parseStatement(envelope.payload).subject.flatMap(({ digest }) => Object.values(digest).map((value) => value.toLowerCase()))
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return []
  }
}
