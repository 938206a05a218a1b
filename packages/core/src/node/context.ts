import { hostname, platform, userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { RunContext } from '../attest/options.ts'

/** Go's name of the system where Node's differs. */
const goSystems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }

/**
 * This process's directory, environment, clock, host and network, for programs that want just that:
 * `attest({ ...processContext(), step, attestors, signers })`. The environment is a copy taken now. What is given in
 * `overrides` stands in place of the process's own; a relative `workingDir` counts from the process's.
 */
export function processContext(overrides: Partial<RunContext> = {}): Required<RunContext> {
  return {
    env: { ...process.env },
    clock: () => new Date(),
    host: { os: goSystems[platform()] ?? platform(), name: hostname(), user: userName() },
    fetch: globalThis.fetch,
    ...overrides,
    workingDir: resolve(overrides.workingDir ?? ''),
  }
}

/** A user without an entry in the system's list, as in containers with a random id, has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
