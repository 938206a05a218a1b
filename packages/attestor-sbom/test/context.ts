import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sniffMimeType } from '@cilock/attestor-files'
import { hashBytes, hashStream } from '@cilock/core'
import type { AttestContext, Product } from '@cilock/core'

/** A run's context over files that are there, all of them products. */
export function contextIn(workingDir: string, paths: readonly string[], overrides: Partial<AttestContext> = {}): AttestContext {
  const hashes = overrides.hashes ?? ['sha256']
  const products: Record<string, Product> = {}
  for (const path of paths) {
    const content = readFileSync(join(workingDir, path))
    products[path] = { mime_type: sniffMimeType(content), digest: hashBytes(content, hashes) }
  }
  return {
    step: 'build',
    workingDir,
    env: {},
    signal: new AbortController().signal,
    materials: {},
    products,
    clock: () => new Date('2026-01-02T03:04:05Z'),
    host: { os: 'linux', name: 'builder', user: 'dev' },
    fetch: () => Promise.reject(new TypeError('no network in this test')),
    completed: [],
    hashes,
    hash: (data) => (data instanceof Uint8Array ? Promise.resolve(hashBytes(data, hashes)) : hashStream(data, hashes)),
    ...overrides,
  }
}

/** The same over new files, which are removed after the test. */
export function contextOf(files: Readonly<Record<string, string | Uint8Array>>, overrides: Partial<AttestContext> = {}): AttestContext {
  const workingDir = mkdtempSync(join(tmpdir(), 'cilock-attestor-'))
  onTestFinished(() => rmSync(workingDir, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(workingDir, path)), { recursive: true })
    writeFileSync(join(workingDir, path), content)
  }
  return contextIn(workingDir, Object.keys(files), overrides)
}
