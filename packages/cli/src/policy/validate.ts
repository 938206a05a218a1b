import { escapeLine, withoutLogCommands } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import type { LintFinding } from '@cilock/policy/lint'
import { usage } from '../error.ts'
import type { Flags } from '../flags/flag.ts'
import type { CliIo } from '../io.ts'
import { jsonText } from '../output/json-text.ts'
import { policyPaths, publicKeys, readPolicy } from './read-policy.ts'

/** The linter as the Go tool has it: errors and warnings as sentences, exit code 1 where there is an error. */
export async function validatePolicy(flags: Flags, positionals: readonly string[], io: CliIo): Promise<number> {
  const output = flags.string('output') ?? 'text'
  if (output !== 'text' && output !== 'json') throw usage(`--output: expected text or json, found ${JSON.stringify(output)}`)
  const [path = '', ...more] = policyPaths(flags, positionals)
  if (more.length > 0) throw usage(`policy validate takes one policy, found ${more.length + 1}`)
  const verifiers = await publicKeys(flags, io)
  const findings = await lintPolicy(await readPolicy(path, io), { now: io.clock(), ...(verifiers.length > 0 && { verifiers }) })
  const errors = findings.filter(({ severity }) => severity === 'error').map(sentence)
  const warnings = findings.filter(({ severity, code }) => severity === 'warning' || code === 'envelope-plain').map(sentence)
  const valid = errors.length === 0
  if (output === 'json') io.stdout.write(jsonText({ valid, ...(errors.length > 0 && { errors }), ...(warnings.length > 0 && { warnings }) }, 2))
  else {
    const lines = [valid ? 'the policy is valid' : 'the policy is not valid', ...errors.map((each) => `error: ${each}`), ...warnings.map((each) => `warning: ${each}`)]
    io.stdout.write(withoutLogCommands(`${lines.map(escapeLine).join('\n')}\n`))
  }
  return valid ? 0 : 1
}

function sentence({ message, place: { pointer } }: LintFinding): string {
  return pointer === '' ? message : `${pointer}: ${message}`
}
