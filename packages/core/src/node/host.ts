import { hostname, platform, userInfo } from 'node:os'
import type { Host } from '../evidence/attestor.ts'

/** Go's name of the system where Node's differs. */
const goSystems: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' }

/** What the system says of this machine, and of who runs this process. */
export function readHost(): Host {
  return { os: goSystems[platform()] ?? platform(), name: hostname(), user: userName() }
}

/** A user without an entry in the system's list, as in containers with a random id, has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}
