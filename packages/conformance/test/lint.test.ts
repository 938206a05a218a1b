import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, importVerifier, parseEnvelope } from '@cilock/core'
import type { Envelope, KeyVerifier } from '@cilock/core'
import { lintPolicy } from '@cilock/policy/lint'
import type { LintCode, LintFinding } from '@cilock/policy/lint'
import { vectors } from '@cilock/vectors'
import { describe, expect, test } from 'vitest'

interface Case {
  readonly id: string
  readonly policy: string
  readonly results: { readonly cilockPolicyValidate?: { readonly stdout: string; readonly argv: readonly string[] } }
}

/** What Go's linter says, and the codes of which one has to be found here for it. */
const table: readonly (readonly [RegExp, readonly LintCode[]])[] = [
  [/^Circular (artifactsFrom|attestationsFrom)/, ['policy-cycle']],
  [/^Step .*: (artifactsFrom|attestationsFrom) cannot reference itself/, ['policy-cycle']],
  [/^Step .*: (artifactsFrom|attestationsFrom) references undefined step/, ['policy-reference']],
  [/^Failed to unmarshal policy payload: json: cannot unmarshal number/, ['policy-time', 'policy-value']],
  [/^Failed to unmarshal policy payload: json: cannot unmarshal array/, ['policy-value']],
  [/^Failed to unmarshal policy payload: .*exceeded max depth/, ['limit']],
  [/^Failed to unmarshal policy payload/, ['policy-json']],
  [/^Invalid expires timestamp format/, ['policy-time']],
  [/^Policy missing required field: expires/, ['policy-missing-key', 'expired', 'policy-time', 'policy-json', 'policy-value']],
  [/^Policy must define at least one public key/, ['no-trust', 'policy-value']],
  [/^Policy must define at least one step/, ['policy-empty', 'no-steps', 'policy-value']],
  [/^Public key .*: key is not valid base64/, ['policy-value', 'base64-padding']],
  [/^Public key .*: keyid field .* does not match map key/s, ['key-name']],
  [/^Step .*: name field .* does not match key/, ['policy-step-name', 'policy-value']],
  [/^Step .*: must define at least one functionary/, ['no-functionaries', 'policy-value']],
  [/^Step .*: must define at least one attestation/, ['no-attestations', 'policy-value']],
  [/^Step .*, functionary \d+: invalid type/, ['policy-functionary-type']],
  [/^Step .*, functionary \d+: publickey type must have publickeyid/, ['functionary-key-missing']],
  [/^Step .*, functionary \d+: references undefined public key/, ['functionary-key-unknown', 'key-name']],
  [/^Step .*, functionary \d+: certConstraint references undefined root/, ['functionary-root-unknown']],
  [/^Step .*, functionary \d+: root functionary must list/, ['policy-functionary-type']],
  [/rego policy \d+: missing name/, ['rego-name-missing', 'policy-value']],
  [/rego policy \d+: missing module/, ['rego-module-missing', 'policy-value']],
  [/module is not valid base64/, ['policy-value']],
  [/invalid Rego syntax/, ['rego-invalid']],
  [/^Signature verification failed/, ['envelope-signature']],
  [/^Signature verification requested but/, ['envelope-unsigned']],
]
const warnings: readonly (readonly [RegExp, readonly LintCode[]])[] = [
  [/^Policy has expired/, ['expired', 'policy-key-case']],
  [/^Policy is not signed/, ['envelope-unsigned']],
  [/^Unexpected PayloadType/, ['envelope-payload-type']],
]

const folder = vectors('golden/verify')

interface Said {
  readonly errors?: readonly string[]
  readonly warnings?: readonly string[]
}

/** What Go printed, where it came so far as to lint. */
function saidOf(stdout: string): Said | undefined {
  return stdout.startsWith('{') ? (JSON.parse(stdout) as Said) : undefined
}

function envelopeOf(bytes: Uint8Array): Envelope | undefined {
  try {
    return parseEnvelope(bytes)
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return undefined
  }
}

describe.skipIf(folder === undefined)('policies that the real `cilock policy validate` has seen', () => {
  test('whatever it says is found here too', async () => {
    const cases = join(folder ?? '', 'cases')
    const missed: string[] = []
    const unknown: string[] = []
    let told = 0
    for (const id of readdirSync(cases).sort()) {
      const { policy, results } = JSON.parse(readFileSync(join(cases, id, 'case.json'), 'utf8')) as Case
      const validate = results.cilockPolicyValidate
      const said = saidOf(validate?.stdout ?? '')
      const envelope = envelopeOf(readFileSync(join(cases, id, policy)))
      if (validate === undefined || said === undefined || envelope === undefined) continue
      const findings = await lintPolicy(envelope, { now: new Date(), ...(await verifierOf(validate.argv, join(cases, id))) })
      for (const [rows, messages] of [
        [table, said.errors],
        [warnings, said.warnings],
      ] as const) {
        for (const message of messages ?? []) {
          told++
          const row = rows.find(([pattern]) => pattern.test(message))
          if (row === undefined) unknown.push(`${id}: ${message}`)
          else if (!findings.some(({ code }) => row[1].includes(code))) missed.push(`${id}: ${message}: ${codesOf(findings)}`)
        }
      }
    }
    expect({ unknown, missed }).toEqual({ unknown: [], missed: [] })
    expect(told).toBeGreaterThan(100)
  })
})

/** The key that Go was given; none where it is one that is not taken here (RSA of 1,024 bits). */
async function verifierOf(argv: readonly string[], base: string): Promise<{ readonly verifiers?: readonly KeyVerifier[] }> {
  const at = argv.findIndex((each) => each === '-k' || each === '--publickey')
  const file = argv[at + 1]
  if (at === -1 || file === undefined) return {}
  try {
    return { verifiers: [await importVerifier(readFileSync(join(base, file), 'utf8'))] }
  } catch (error) {
    if (!CilockError.is(error) || error.code !== 'ERR_KEY_UNSUPPORTED') throw error
    return { verifiers: [] }
  }
}

function codesOf(findings: readonly LintFinding[]): string {
  return findings.map(({ code }) => code).join(', ')
}
