import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { product } from '@cilock/attestor-files'
import { cycloneDxType, sbom } from '@cilock/attestor-sbom'
import { attest, encodeEnvelope, encodeJson, generateKey, signEnvelope } from '@cilock/core'
import { goTools, goToolsSkipped, hasGoTools } from '@cilock/vectors'

const root = mkdtempSync(join(tmpdir(), 'cilock-oracle-'))
afterAll(() => rmSync(root, { recursive: true }))

const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1"><metadata><component type="application"><name>a &amp; b</name></component></metadata><components><component type="library"><name>left-pad</name></component></components></bom>\n'

describe.skipIf(!hasGoTools())(hasGoTools() ? 'cilock verifies' : goToolsSkipped, () => {
  test.each([
    ['an SBOM of XML, with Rego that finds a component', 'left-pad', 0],
    ['and refuses it where Rego does not', 'right-pad', 1],
  ])('%s', async (_, component, status) => {
    const { cilock } = goTools('cilock')
    const workingDir = mkdtempSync(join(root, 'run-'))
    const work = join(workingDir, 'work')
    mkdirSync(work)
    writeFileSync(join(work, 'bom.xml'), xml)
    const { signer, publicKeyPem } = await generateKey('ed25519')
    const { envelope } = await attest({
      step: 'sbom',
      workingDir: work,
      env: {},
      clock: () => new Date('2026-06-01T12:00:00Z'),
      host: { os: 'linux', name: 'builder', user: 'dev' },
      attestors: [product(), sbom()],
      signers: [signer],
    })
    const module = `package sbom\n\ndeny[msg] { input._sbomFormat != "cyclonedx"; msg := "format" }\ndeny[msg] { not has; msg := "component" }\nhas { input.components[_].name == "${component}" }\n`
    const policy = {
      expires: '2048-01-01T00:00:00Z',
      publickeys: { [signer.keyid]: { keyid: signer.keyid, key: btoa(publicKeyPem) } },
      steps: {
        sbom: {
          name: 'sbom',
          functionaries: [{ type: 'publickey', publickeyid: signer.keyid }],
          attestations: [{ type: cycloneDxType, regopolicies: [{ name: 'sbom', module: btoa(module) }] }],
        },
      },
    }
    const signed = await signEnvelope({ payload: encodeJson(policy), payloadType: 'https://witness.testifysec.com/policy/v0.1', signers: [signer] })
    writeFileSync(join(workingDir, 'policy.json'), encodeEnvelope(signed))
    writeFileSync(join(workingDir, 'att.json'), encodeEnvelope(envelope))
    writeFileSync(join(workingDir, 'key.pem'), publicKeyPem)
    const args = ['verify', '-p', 'policy.json', '-k', 'key.pem', '-a', 'att.json', '-f', 'work/bom.xml']
    const run = await cilock(workingDir, args)
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status, stderr: expect.stringContaining(status === 0 ? 'Verification succeeded' : 'component') })
  })
})
