import { Cursor, isSpace, trimStart } from './cursor.ts'
import type { Test } from './format.ts'

/** The file begins with `#!` and one of these commands; one space stands for any white space. */
export function runsWith(...commands: readonly string[]): Test {
  return (head) => {
    const line = interpreter(head)
    return line !== undefined && commands.some((command) => matchesSpaced(line, command))
  }
}

/** As `runsWith`, but the command has to end there, and its spaces are taken as they are. */
export function runsExactly(...commands: readonly string[]): Test {
  return (head) => {
    const line = interpreter(head)
    return line !== undefined && commands.some((command) => line.startsWith(command) && endsWord(line, command.length))
  }
}

/** `/usr/bin/NAME`, `/usr/local/bin/NAME` and both forms with `env`. */
export function installed(name: string): readonly string[] {
  return [`/usr/bin/${name}`, `/usr/local/bin/${name}`, ...viaEnv(name)]
}

export function viaEnv(name: string): readonly string[] {
  return [`/usr/bin/env ${name}`, `/usr/bin/env -S ${name}`]
}

function interpreter(head: string): string | undefined {
  const line = new Cursor(head).line()
  return line.startsWith('#!') ? trimStart(line.slice(2)) : undefined
}

function matchesSpaced(line: string, command: string): boolean {
  const cursor = new Cursor(line)
  for (const expected of command) {
    if (expected === ' ' ? !isSpace(cursor.pop()) : cursor.pop() !== expected) return false
    if (expected === ' ') cursor.skipSpace()
  }
  return true
}

function endsWord(line: string, length: number): boolean {
  return line.length === length || isSpace(line.charAt(length))
}
