import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeBase64, encodeEnvelope, encodeUtf8, generateKey } from '@cilock/core'
import { signPolicy } from '@cilock/policy'
import type { PolicyDocument } from '@cilock/policy'

const rule = 'package exit\n\nimport rego.v1\n\ndeny contains msg if {\n  input.exitcode != 0\n  msg := sprintf("exit code %d", [input.exitcode])\n}\n'

/** A generated case whose policy also asks how the command ended: the everyday gate. */
export async function withOneRule(from: string, to: string): Promise<void> {
  cpSync(from, to, { recursive: true })
  const policy = JSON.parse(readFileSync(join(from, 'policy.json'), 'utf8')) as PolicyDocument
  const steps = Object.entries(policy.steps ?? {}).map(([name, step]) => {
    const attestations = (step.attestations ?? []).map((each) => (each.type.includes('/command-run/') ? { ...each, regopolicies: [{ name: 'exit.rego', module: encodeBase64(encodeUtf8(rule)) }] } : each))
    return [name, { ...step, attestations }] as const
  })
  const release = await generateKey('ed25519')
  const signed = await signPolicy({ policy: { ...policy, steps: Object.fromEntries(steps) }, signers: [release.signer] })
  writeFileSync(join(to, 'policy.signed.json'), encodeEnvelope(signed))
  writeFileSync(join(to, 'policy.pub.pem'), release.publicKeyPem)
}
