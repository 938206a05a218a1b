import { withoutLogCommands } from '@cilock/core'
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

/** Text from evidence is untrusted: control characters could move the cursor or forge lines. */
export function escapeControls(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** The same for what has to stay on its line. */
export function escapeLine(text: string): string {
  return escapeControls(text.replaceAll('\n', '\\n').replaceAll('\t', '\\t'))
}

/** The same for what may have several lines: each after the first is set in, so that none can pass for one of ours. */
export function escapeLines(text: string): string {
  return escapeControls(text).replaceAll('\n', '\n  ')
}
