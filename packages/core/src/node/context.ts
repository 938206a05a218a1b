import { resolve } from 'node:path'
import type { RunContext } from '../attest/options.ts'
import type { Host } from '../evidence/attestor.ts'
import { readHost } from './host.ts'

/**
 * This process's directory, environment, clock, host and network, for programs that want just that:
 * `attest({ ...processContext(), step, attestors, signers })`. The environment is a copy taken now; the host is looked up when it is
 * first read. What is given in `overrides` stands in place of the process's own; a relative `workingDir` counts from the process's.
 */
export function processContext(overrides: Partial<RunContext> = {}): Required<RunContext> {
  let host: Host | undefined
  return {
    env: { ...process.env },
    clock: () => new Date(),
    // the system is asked for a user's name for a while, and who verifies never reads it
    get host() {
      return (host ??= readHost())
    },
    fetch: globalThis.fetch,
    ...overrides,
    workingDir: resolve(overrides.workingDir ?? ''),
  }
}
