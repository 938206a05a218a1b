import { hashBytes } from '@cilock/core'
import type { AttestContext } from '@cilock/core'

/** A run's context with nothing of this machine in it. */
export function testContext(overrides: Partial<AttestContext> = {}): AttestContext {
  return {
    step: 'build',
    workingDir: '/nowhere',
    env: {},
    signal: new AbortController().signal,
    materials: {},
    products: {},
    clock: () => new Date('2026-01-02T03:04:05Z'),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    fetch: () => Promise.reject(new TypeError('no network in this test')),
    completed: [],
    hashes: ['sha256'],
    hash: (data) => (data instanceof Uint8Array ? Promise.resolve(hashBytes(data, ['sha256'])) : Promise.reject(new TypeError('no streams in this test'))),
    ...overrides,
  }
}
