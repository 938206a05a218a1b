import { hostname, platform, userInfo } from 'node:os'
import type { RunContext } from '../attest/options.ts'

/** Go's name of the system where Node's differs. */
const goSystems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }

/**
 * This process's directory, environment, clock, host and network, for programs that want just that:
 * `attest({ ...processContext(), step, attestors, signers })`. The environment is a copy taken now.
 */
export function processContext(): Required<RunContext> {
  return {
    workingDir: process.cwd(),
    env: { ...process.env },
    clock: () => new Date(),
    host: { os: goSystems[platform()] ?? platform(), name: hostname(), user: userName() },
    fetch: globalThis.fetch,
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
