import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandRun } from '@cilock/attestor-command-run'
import { inclusionProof, material, product } from '@cilock/attestor-files'
import { git } from '@cilock/attestor-git'
import { githubAction } from '@cilock/attestor-github'
import type { ActionResult } from '@cilock/attestor-github'
import { oci } from '@cilock/attestor-oci'
import type { Attestor } from '@cilock/core'
import type { FileProof } from '@cilock/core/merkle'

/** What the Go program over the library was told, key for key. */
export interface LibrarySpec {
  readonly Step?: string
  readonly Signers: readonly { readonly Key: string; readonly Hash?: 'sha256' | 'sha384'; readonly Cert?: string; readonly Intermediates?: readonly string[] }[]
  readonly Insecure?: boolean
  readonly TSA?: readonly string[]
  readonly Hashes?: readonly string[]
  readonly DirHash?: readonly string[]
  readonly Attestors?: readonly AttestorSpec[]
  /** A file to sign as it is, and its type. */
  readonly Payload?: string
  readonly Type?: string
  readonly Out: string
}

interface AttestorSpec {
  readonly Name: string
  readonly Cmd?: readonly string[]
  readonly Proof?: FileProof
  readonly Ref?: string
  readonly Type?: ActionResult['type']
  readonly ActionName?: string
  readonly Inputs?: Readonly<Record<string, string>>
  readonly Outputs?: Readonly<Record<string, string>>
  readonly Exit?: number
  readonly Dir?: string
}

/** Our attestor for one of the specification; undefined when there is none yet. */
export function attestorOf(spec: AttestorSpec, { DirHash = [] }: LibrarySpec, here: (path: string) => string): Attestor | undefined {
  switch (spec.Name) {
    case 'material':
      return material({ dirHashGlobs: DirHash })
    case 'product':
      return product({ dirHashGlobs: DirHash })
    case 'command-run':
      return commandRun({ command: spec.Cmd ?? [] })
    case 'git':
      return git()
    case 'oci':
      return oci()
    case 'inclusion-proof':
      return spec.Proof === undefined ? undefined : inclusionProof({ proof: spec.Proof })
    case 'github-action':
      return githubAction({ ref: spec.Ref ?? '', execute: (context) => runAction(spec, context.workingDir, here) })
    default:
      return undefined
  }
}

/** What stood for an action in the recorded program. */
async function runAction(spec: AttestorSpec, workingDir: string, here: (path: string) => string): Promise<ActionResult> {
  await writeFile(join(workingDir, 'from-action.txt'), 'made by the action\n')
  return actionResult(spec, here)
}

function actionResult({ Type = 'unknown', ActionName, Inputs, Outputs, Exit = 0, Dir }: AttestorSpec, here: (path: string) => string): ActionResult {
  return {
    type: Type,
    exitCode: Exit,
    ...(ActionName === undefined ? {} : { name: ActionName }),
    ...(Inputs === undefined ? {} : { inputs: Inputs }),
    ...(Outputs === undefined ? {} : { outputs: Outputs }),
    ...(Dir === undefined ? {} : { dir: here(Dir) }),
  }
}
