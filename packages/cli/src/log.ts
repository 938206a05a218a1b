import { escapeInvisible, escapeLine, withoutLogCommands } from '@cilock/core'
import { usage } from './error.ts'
import type { Output } from './io.ts'

const levels = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'] as const

/** Says things on stderr, one line each, from a level on. */
export interface Log {
  readonly info: (message: string) => void
  readonly warn: (message: string) => void
}

export function createLog(stderr: Output, level: string = 'info'): Log {
  const threshold = levels.indexOf(level.toLowerCase() as (typeof levels)[number])
  if (threshold === -1) throw usage(`--log-level: expected one of ${levels.join(', ')}, found ${JSON.stringify(level)}`)
  const say = (at: 'info' | 'warn') => (message: string) => {
    if (levels.indexOf(at) >= threshold) stderr.write(withoutLogCommands(`${at}: ${escapeLine(message)}\n`))
  }
  return { info: say('info'), warn: say('warn') }
}

/** Text of several lines from somebody else: each after the first is set in, so that none can pass for one of ours. */
export function escapeLines(text: string): string {
  return escapeInvisible(text).replaceAll('\n', '\n  ')
}
