import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEnvelope, parseEnvelope } from '@cilock/core'
import type { Envelope, GeneratedKey } from '@cilock/core'
import { processContext } from '@cilock/core/node'
import { dockerCommands } from './docker.ts'
import type { Request } from './gate.ts'
import { imageIdIn, imageIdOf } from './image-id.ts'
import { dockerBuild, dockerSbom, scan } from './pipeline.ts'
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

/** Goes the road once as it should be gone, then seven ways off it. Each is brought as soon as it is there. */
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

function edited(envelope: Envelope): Envelope {
  const { payload, payloadType, signatures } = parseEnvelope(encodeEnvelope(envelope))
  const text = new TextDecoder().decode(payload).replace('demo base', 'dEmo base')
  return { payload: new TextEncoder().encode(text), payloadType, signatures }
}
