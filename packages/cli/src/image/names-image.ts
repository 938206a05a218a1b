import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Flags } from '../flags/flag.ts'

/**
 * The image that a command line of `verify` is about, if it is about one: an argument that names a registry (`host.example/team/app:v1`,
 * `localhost/app`) and is no path that exists, or `--registry` with the digest that `--subjects` names. A path wins, as in the Go tool, which
 * knows files alone.
 */
export function namedImage(flags: Flags, positionals: readonly string[], workingDir: string): string | undefined {
  const [argument, ...more] = positionals
  const registry = flags.string('registry') ?? ''
  const [subject, ...others] = flags.list('subjects')
  if (registry !== '' && argument === undefined && subject !== undefined && others.length === 0) return `${registry}@${subject.includes(':') ? subject : `sha256:${subject}`}`
  if (argument === undefined || more.length > 0 || existsSync(resolve(workingDir, argument))) return undefined
  return /^(?:localhost|\[[0-9a-f:]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9.-]+:\d+|\[[0-9a-f:]+\]:\d+)\/[a-z0-9]/.test(argument) ? argument : undefined
}
