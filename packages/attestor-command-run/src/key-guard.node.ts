import { readFileSync } from 'node:fs'
import type { KeyGuard } from './predicate-v02.ts'

/**
 * What is true of a JavaScript process: it cannot clear its dumpable flag, so nothing keeps other processes of the same
 * user from its memory but the kernel's own setting.
 */
export function keyGuard(): KeyGuard {
  return {
    applied: false,
    dumpable: true,
    yamaPtraceScope: yamaPtraceScope(),
    note: 'a JavaScript process cannot make itself non-dumpable',
  }
}

function yamaPtraceScope(): number {
  try {
    const scope = Number.parseInt(readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'utf8'), 10)
    return Number.isNaN(scope) ? -1 : scope
  } catch {
    return -1
  }
}
