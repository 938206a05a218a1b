import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEnvelope, parseEnvelope } from '@cilock/core'
import type { Envelope, GeneratedKey } from '@cilock/core'
import { processContext } from '@cilock/core/node'
import { dockerCommands } from './docker.ts'
import type { Request } from './gate.ts'
import { imageIdIn, imageIdOf } from './image-id.ts'
import { dockerBuild, dockerSbom, scan, scanRef } from './pipeline.ts'
import type { Job } from './pipeline.ts'
import { signedPolicy } from './policy.ts'
import { startWorkflowRun } from './workflow-run.ts'
import { checkout, images, scanAction } from './workspace.ts'

/** Who signs: the builder for its two steps, the scanner for its own, release for the policy. */
export interface Keys {
  readonly builder: GeneratedKey
  readonly scanner: GeneratedKey
  readonly release: GeneratedKey
}

/** Something that is brought to the gate, and when. */
export interface Brought {
  readonly what: string
  readonly request: Request
  readonly at: Date
}

/** Goes the road once as it should be gone, then eleven ways off it. Each is brought as soon as it is there. */
export async function* road({ builder, scanner, release }: Keys, print: (line: string) => void, useDocker: boolean): AsyncGenerator<Brought> {
  const run = await startWorkflowRun()
  const place = await checkout()
  try {
    const { PATH } = process.env
    const context = { ...processContext(), workingDir: place.dir, env: { PATH, CI: 'true', ...run.env } }
    const job: Job = { context, signer: builder.signer, issuer: run.issuer }
    const commands = useDocker ? dockerCommands() : copyCommands(images.built)

    const build = await dockerBuild(job, commands.build)
    print(`step docker-build: ${build.payload.length} bytes of evidence, signed by ${builder.signer.keyid.slice(0, 12)}…`)
    const bom = await dockerSbom(job, commands.sbom)
    print(`step docker-sbom: ${bom.payload.length} bytes of evidence`)
    const scanned = await scan({ ...job, signer: scanner.signer }, scanAction)
    print(`step scan: ${scanned.payload.length} bytes of evidence`)

    const at = context.clock()
    const tomorrow = new Date(at.getTime() + 86_400_000)
    const policy = await signedPolicy(functionaryOf(builder), functionaryOf(scanner), tomorrow, release.signer)
    const whole: Request = { imageId: imageIdOf(build), policy, evidence: [build, bom, scanned] }

    yield { what: 'the image as it was built, described and scanned', request: whole, at }
    yield { what: 'the step that describes it left out', request: { ...whole, evidence: [build, scanned] }, at }
    const withoutSbom = await dockerSbom(job, commands.sbom, [])
    yield { what: 'a step docker-sbom without an SBOM', request: { ...whole, evidence: [build, withoutSbom, scanned] }, at }
    yield { what: 'another image than the attested one', request: { ...whole, imageId: await imageIdIn(images.other, context) }, at }
    const byScanner = await dockerSbom({ ...job, signer: scanner.signer }, commands.sbom)
    yield { what: 'the SBOM step signed by the key of the scanner', request: { ...whole, evidence: [build, byScanner, scanned] }, at }
    yield { what: 'a payload that was edited', request: { ...whole, evidence: [build, edited(bom), scanned] }, at }
    yield { what: 'the day after the policy expired', request: whole, at: new Date(tomorrow.getTime() + 86_400_000) }
    yield { what: 'a scan by an action that is not pinned to a commit', request: { ...whole, evidence: [build, bom, await scan({ ...job, signer: scanner.signer }, scanAction, 'acme/scan@v1')] }, at }
    yield { what: 'a scan by an action of somebody else', request: { ...whole, evidence: [build, bom, await scan({ ...job, signer: scanner.signer }, scanAction, scanRef.replace('acme', 'evil'))] }, at }
    yield { what: 'an SBOM of another image', request: { ...whole, evidence: [build, await dockerSbom(job, otherSbom(images.built)), scanned] }, at }
    const branch = await startWorkflowRun('feature')
    try {
      const onBranch = { ...job, context: { ...context, env: { ...context.env, ...branch.env } }, issuer: branch.issuer }
      yield { what: 'an image that was built from another branch', request: { ...whole, evidence: [await dockerBuild(onBranch, commands.build), bom, scanned] }, at }
    } finally {
      branch.close()
    }
    // Somebody puts another image in place before it is described.
    copyFileSync(join(images.other, 'image.tar'), join(place.dir, 'image.tar'))
    const afterSwap = await dockerSbom(job, commands.sbom)
    yield { what: 'an image tarball that was replaced between the steps', request: { ...whole, evidence: [build, afterSwap, scanned] }, at }
  } finally {
    place.remove()
    run.close()
  }
}

/** How a policy names a key. */
export function functionaryOf({ signer, publicKeyPem }: GeneratedKey): { readonly keyid: string; readonly publicKeyPem: string } {
  return { keyid: signer.keyid, publicKeyPem }
}

/** The commands of the example's builder, which needs nothing but Node: it puts the files in place that docker would make. */
function copyCommands(from: string): { readonly build: readonly string[]; readonly sbom: readonly string[] } {
  const copy = (...files: readonly string[]): readonly string[] => [
    process.execPath,
    '-e',
    `for (const file of ${JSON.stringify(files)}) require('node:fs').copyFileSync(require('node:path').join(${JSON.stringify(from)}, file), file)`,
  ]
  return { build: copy('image.tar', 'docker-metadata.json'), sbom: copy('image.cdx.json') }
}

/** A command that leaves an SBOM with the digest of another image in it. */
function otherSbom(from: string): readonly string[] {
  const file = JSON.stringify(join(from, 'image.cdx.json'))
  return [process.execPath, '-e', `const fs = require('node:fs'); fs.writeFileSync('image.cdx.json', fs.readFileSync(${file}, 'utf8').replace(/sha256%3A[0-9a-f]{64}/, 'sha256%3A' + '0'.repeat(64)))`]
}

function edited(envelope: Envelope): Envelope {
  const { payload, payloadType, signatures } = parseEnvelope(encodeEnvelope(envelope))
  const text = new TextDecoder().decode(payload).replace('demo base', 'dEmo base')
  return { payload: new TextEncoder().encode(text), payloadType, signatures }
}
