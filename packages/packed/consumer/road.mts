// A step is attested, the evidence read again from its bytes and judged; then one byte of it is changed.
import { commandRun } from '@cilock/attestor-command-run'
import { environment } from '@cilock/attestor-environment'
import { material, product } from '@cilock/attestor-files'
import { materialType, productType } from '@cilock/attestor-files/type'
import { attest, CilockError, encodeBase64, encodeEnvelope, generateKey, memorySource, parseEnvelope, sha256Hex, signEnvelope, type Envelope } from '@cilock/core'
import { processContext } from '@cilock/core/node'
import { policyPayloadType, verify, type PolicyDocument, type Report } from '@cilock/policy'
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const workingDir = mkdtempSync(join(tmpdir(), 'cilock-consumer-'))
writeFileSync(join(workingDir, 'in.txt'), 'before')
const { signer, verifier } = await generateKey('ec-p256')
const command = commandRun({ command: [process.execPath, '-e', 'require("fs").writeFileSync("out.txt", "after")'] })
const { envelope } = await attest({ ...processContext(), workingDir, step: 'build', attestors: [material(), environment(), command, product()], signers: [signer] })

const now = new Date()
const document: PolicyDocument = {
  expires: new Date(now.getTime() + 60_000).toISOString(),
  publickeys: { [signer.keyid]: { keyid: signer.keyid, key: encodeBase64(new TextEncoder().encode(verifier.publicKeyPem)) } },
  steps: {
    build: {
      name: 'build',
      functionaries: [{ type: 'publickey', publickeyid: signer.keyid }],
      attestations: ['material/v0.3', 'environment/v0.1', 'command-run/v0.2', 'product/v0.3'].map((type) => ({ type: `https://aflock.ai/attestations/${type}` })),
    },
  },
}
const policy = await signEnvelope({ payload: new TextEncoder().encode(JSON.stringify(document)), payloadType: policyPayloadType, signers: [signer] })

const judge = async (evidence: Envelope): Promise<Report> =>
  verify({ policy, policyVerifiers: [verifier], subjects: [`sha256:${sha256Hex('after')}`], source: memorySource([evidence]), types: [materialType, productType], now })

const report = await judge(parseEnvelope(encodeEnvelope(envelope)))
assert.equal(report.verdict, 'passed')

const payload = Uint8Array.from(envelope.payload)
payload[payload.indexOf(0x22)] = 0x20
await assert.rejects(judge({ ...envelope, payload }), (error) => CilockError.is(error))
console.log('import: attested, verified, and refused when changed')
