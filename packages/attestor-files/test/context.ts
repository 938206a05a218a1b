import { hashBytes } from '@cilock/core'
import type { AttestContext } from '@cilock/core'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A run's context with nothing of this machine in it but an empty directory. */
export function testContext(overrides: Partial<AttestContext> = {}): AttestContext {
  return {
    step: 'build',
    workingDir: overrides.workingDir ?? temporaryFolder(),
    env: {},
    signal: new AbortController().signal,
    materials: {},
    products: {},
    clock: () => new Date(),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    fetch: () => Promise.reject(new TypeError('no network in this test')),
    completed: [],
    hashes: ['sha256'],
    hash: (data) => (data instanceof Uint8Array ? Promise.resolve(hashBytes(data, ['sha256'])) : Promise.reject(new TypeError('no streams in this test'))),
    ...overrides,
  }
}

export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'files-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
