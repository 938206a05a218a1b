import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEnvelope, generateKey, parseEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { processContext } from '@cilock/core/node'
import { dockerCommands } from './docker.ts'
import { gate } from './gate.ts'
import type { Request } from './gate.ts'
import { imageIdOf } from './image-id.ts'
import { dockerBuild, dockerSbom, scan } from './pipeline.ts'
import type { Job } from './pipeline.ts'
import { signedPolicy } from './policy.ts'
import { startWorkflowRun } from './workflow-run.ts'
import { checkout, images, scanAction } from './workspace.ts'

/** Runs the whole road and tells each thing as it happens: one line for what passed, one for each that was refused. */
export async function demo(print: (line: string) => void, useDocker: boolean): Promise<void> {
  const [builder, scanner, release] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519'), generateKey('ed25519')])
  const functionary = { builder: { keyid: builder.signer.keyid, publicKeyPem: builder.publicKeyPem }, scanner: { keyid: scanner.signer.keyid, publicKeyPem: scanner.publicKeyPem } }
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

    const now = context.clock()
    const tomorrow = new Date(now.getTime() + 86_400_000)
    const policy = await signedPolicy(functionary.builder, functionary.scanner, tomorrow, release.signer)
    const whole: Request = { imageId: imageIdOf(build), policy, evidence: [build, bom, scanned] }
    const ask = async (what: string, request: Request, at = now): Promise<void> => print(`${what}\n  ${await gate(request, release.verifier, at)}`)

    await ask('the image as it was built, described and scanned', whole)
    await ask('the step that describes it left out', { ...whole, evidence: [build, scanned] })
    await ask('a step docker-sbom without an SBOM', { ...whole, evidence: [build, await dockerSbom(job, commands.sbom, []), scanned] })
    await ask('another image than the attested one', { ...whole, imageId: `sha256:${'0'.repeat(64)}` })
    await ask('the SBOM step signed by the key of the scanner', { ...whole, evidence: [build, await dockerSbom({ ...job, signer: scanner.signer }, commands.sbom), scanned] })
    await ask('a payload that was edited', { ...whole, evidence: [build, edited(bom), scanned] })
    await ask('the day after the policy expired', whole, new Date(tomorrow.getTime() + 86_400_000))
    // Somebody puts another image in place before it is described.
    copyFileSync(join(images.other, 'image.tar'), join(place.dir, 'image.tar'))
    await ask('an image tarball that was replaced between the steps', { ...whole, evidence: [build, await dockerSbom(job, commands.sbom), scanned] })
  } finally {
    place.remove()
    run.close()
  }
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

function edited(envelope: Envelope): Envelope {
  const { payload, payloadType, signatures } = parseEnvelope(encodeEnvelope(envelope))
  const text = new TextDecoder().decode(payload).replace('demo base', 'dEmo base')
  return { payload: new TextEncoder().encode(text), payloadType, signatures }
}
