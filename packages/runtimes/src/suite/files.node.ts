import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandRun } from '@cilock/attestor-command-run'
import { environment } from '@cilock/attestor-environment'
import { material, product } from '@cilock/attestor-files'
import { materialType, productType } from '@cilock/attestor-files/type'
import { attest, encodeEnvelope, sha256Hex, statementOf, stringifyJson, verifyEnvelope } from '@cilock/core'
import { fileSource, hashFile, readSigner, readVerifier } from '@cilock/core/node'
import { seededKey, world } from '@cilock/testing'
import type { Check } from './check.ts'
import { codeOf } from './check.ts'
import { filesGroup } from './files-group.ts'

/** Attestors that look at files and start a command, keys and evidence in files: where there are files. */
export function fileChecks(): readonly Check[] {
  const checks: Readonly<Record<string, (folder: string) => Promise<string>>> = {
    'a step over a tree': step,
    'a command that fails': failingCommand,
    'a key in a file': keyFile,
    'evidence in a folder': evidenceFolder,
    'a file of a megabyte': largeFile,
    'a file that is not there': async (folder) => codeOf(async () => readSigner(join(folder, 'none.pem'))),
  }
  return Object.entries(checks).map(([name, run]) => ({
    name: filesGroup + name,
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'cilock-runtime-'))
      try {
        return await run(folder)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }))
}

async function step(folder: string): Promise<string> {
  const { context, functionaries } = await world({ seed: 'files' })
  const workingDir = join(folder, 'tree')
  mkdirSync(join(workingDir, 'src/ünïcode'), { recursive: true })
  for (let index = 0; index < 200; index++) writeFileSync(join(workingDir, 'src', index % 3 === 0 ? 'ünïcode' : '', `${index}.txt`), `content ${index}`)
  const env = { ...context.env, PATH: '/usr/bin:/bin', SECRET_TOKEN: 'hidden-value-1234' }
  const command = commandRun({ command: ['/bin/sh', '-c', 'echo made; echo warned >&2; printf 42 > app; printf "<html>" > page.html'] })
  const { envelope } = await attest({ ...context, env, workingDir, step: 'build', attestors: [material(), environment(), command, product()], signers: [functionaries.builder.signer] })
  const statement = statementOf(await verifyEnvelope(envelope, [functionaries.builder.verifier]))
  // process ids and the digests of this machine's shell are all that differs from run to run
  return stringifyJson(statement).replaceAll(folder, '').replaceAll(/"(processid|parentpid)":\d+/g, '"$1":0')
}

async function failingCommand(folder: string): Promise<string> {
  const { context, functionaries } = await world({ seed: 'files' })
  const command = commandRun({ command: ['/bin/sh', '-c', 'echo no >&2; exit 3'] })
  return codeOf(async () => attest({ ...context, env: { PATH: '/usr/bin:/bin' }, workingDir: folder, step: 'build', attestors: [command], signers: [functionaries.builder.signer] }))
}

async function keyFile(folder: string): Promise<string> {
  const { privateKeyPem, publicKeyPem } = await seededKey('file', 'ec-p256')
  writeFileSync(join(folder, 'key.pem'), privateKeyPem)
  writeFileSync(join(folder, 'key.pub.pem'), publicKeyPem)
  const [signer, verifier] = [await readSigner(join(folder, 'key.pem')), await readVerifier(join(folder, 'key.pub.pem'))]
  return `${signer.keyid} ${verifier.keyid}`
}

async function evidenceFolder(folder: string): Promise<string> {
  const told = await world({ seed: 'files', types: [materialType, productType] })
  const envelope = await told.collection({ step: 'build', evidence: [{ name: 'note', type: 'https://example.test/note/v1', evidence: { predicate: 1, subjects: { 'file:a': { sha256: sha256Hex('a') } } } }] })
  writeFileSync(join(folder, 'build.json'), encodeEnvelope(envelope))
  const policy = await told.policy({ steps: { build: { by: ['builder'], attestations: ['https://example.test/note/v1'] } } })
  const report = await told.evaluate({ policy, subjects: [`sha256:${sha256Hex('a')}`], source: fileSource(['build.json'], { base: folder }) })
  return stringifyJson(report).replaceAll(folder, '')
}

async function largeFile(folder: string): Promise<string> {
  const path = join(folder, 'large')
  writeFileSync(path, new Uint8Array(1_048_576).map((_, index) => index % 251))
  return stringifyJson(await hashFile(path, ['sha256', 'sha1', 'gitoid:sha256']))
}
