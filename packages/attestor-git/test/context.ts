import type { AttestContext } from '@cilock/core'
import { hashBytes } from '@cilock/core'

/** A context over a directory and an environment, for an attestor by itself. */
export function contextIn(workingDir: string, env: AttestContext['env'], signal: AbortSignal = new AbortController().signal): AttestContext {
  return {
    step: 'build',
    workingDir,
    env,
    signal,
    materials: {},
    products: {},
    clock: () => new Date('2026-01-01T00:00:00Z'),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    fetch: async () => new Response(null, { status: 500 }),
    completed: [],
    hashes: ['sha256'],
    hash: async (data) => (data instanceof Uint8Array ? hashBytes(data, ['sha256']) : {}),
  }
}
