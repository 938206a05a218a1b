import { commandRun } from '@cilock/attestor-command-run'
import { docker } from '@cilock/attestor-docker'
import { environment } from '@cilock/attestor-environment'
import { material, product } from '@cilock/attestor-files'
import { git } from '@cilock/attestor-git'
import { github, githubAction, localAction } from '@cilock/attestor-github'
import { oci } from '@cilock/attestor-oci'
import { sbom } from '@cilock/attestor-sbom'
import { attest } from '@cilock/core'
import type { Attestor, Envelope, RunContext, Signer } from '@cilock/core'

/** The run that a step belongs to, and who signs for it. */
export interface Job {
  readonly context: RunContext
  readonly signer: Signer
  /** Who issues the run's tokens. */
  readonly issuer: string
}

/** Builds the image: `command` leaves `image.tar` and what buildx says about it. */
export async function dockerBuild(job: Job, command: readonly string[]): Promise<Envelope> {
  return step(job, 'docker-build', [
    material(),
    commandRun({ command }),
    product({ includeGlob: '{docker-metadata.json,image.tar}' }),
    docker(),
    oci(),
  ])
}

/** Describes the image: `command` leaves its SBOM. */
export async function dockerSbom(job: Job, command: readonly string[], attestors: readonly Attestor[] = [sbom()]): Promise<Envelope> {
  return step(job, 'docker-sbom', [material(), commandRun({ command }), product({ includeGlob: '*.cdx.json' }), ...attestors])
}

/** The action that scans, pinned to a commit. */
export const scanRef = 'acme/scan@8f4b7f84864484a7bf31766abe9204da3cbe65b3'

/** Scans what was described. */
export async function scan(job: Job, action: string, ref: string = scanRef): Promise<Envelope> {
  return step(job, 'scan', [
    material(),
    githubAction({
      ref,
      execute: localAction({ dir: action, inputs: { sbom: 'image.cdx.json' } }),
    }),
    product({ includeGlob: 'scan.json' }),
  ])
}

async function step({ context, signer, issuer }: Job, name: string, attestors: readonly Attestor[]): Promise<Envelope> {
  const { envelope } = await attest({ ...context, step: name, attestors: [environment(), git(), github({ issuer }), ...attestors], signers: [signer] })
  return envelope
}
