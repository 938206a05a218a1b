import type { AttestContext } from '@cilock/core'
import { hashBytes } from '@cilock/core'

/** A context for an attestor by itself. */
export function contextWith(more: Partial<AttestContext>): AttestContext {
  return {
    step: 'build',
    workingDir: '/nowhere',
    env: {},
    signal: new AbortController().signal,
    materials: {},
    products: {},
    clock: () => new Date('2026-01-01T00:00:00Z'),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    fetch: async () => {
      throw new TypeError('no network in this test')
    },
    completed: [],
    hashes: ['sha256'],
    hash: async (data) => (data instanceof Uint8Array ? hashBytes(data, ['sha256']) : {}),
    ...more,
  }
}
