import { CilockError, hashBytes, hashStream } from '@cilock/core'
import type { AttestContext, Host } from '@cilock/core'

/** The time at which tests stand still unless they say otherwise. */
export const standardTime = '2026-01-02T03:04:05Z'

export const standardHost: Host = { os: 'linux', name: 'builder', user: 'dev' }

/**
 * A context for one attestor by itself, with nothing of this machine in it: step `build`, the directory `/nowhere`, no
 * variables, a clock that stands at 2026-01-02T03:04:05Z, a host `builder`, no materials, products or earlier evidence,
 * `sha256`, a signal that never fires, and a `fetch` that refuses with `ERR_FETCH_MISSING`. What is given replaces it;
 * `hash` follows `hashes`.
 *
 * @example
 * ```ts
 * const { predicate } = await environment().attest(attestContext({ env: { CI: 'true' } }))
 * ```
 */
export function attestContext(given: Partial<AttestContext> = {}): AttestContext {
  const hashes = given.hashes ?? ['sha256']
  return {
    step: 'build',
    workingDir: '/nowhere',
    env: {},
    signal: new AbortController().signal,
    materials: {},
    products: {},
    clock: () => new Date(standardTime),
    host: standardHost,
    fetch: refuseFetch,
    completed: [],
    hashes,
    hash: async (data) => (data instanceof Uint8Array ? hashBytes(data, hashes) : hashStream(data, hashes)),
    ...given,
  }
}

const refuseFetch: typeof globalThis.fetch = async () => {
  throw new CilockError('ERR_FETCH_MISSING', 'an attestor wanted the network, and the test context was given no `fetch`')
}
