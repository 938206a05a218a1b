import { resolve } from 'node:path'
import { failed } from '../case.ts'
import type { Case, Outcome, Suite } from '../case.ts'
import { runKeys } from './key-case.ts'
import { readCases } from './recording.ts'
import type { Recorded } from './recording.ts'
import { runCopy } from './copy-image.ts'
import { runSignBlob } from './sign-blob.ts'
import { runSignImage } from './sign-image.ts'
import { runKeylessBlob, runVerifyBlob } from './verify-blob.ts'
import { runKeylessImage, runVerifyImage } from './verify-image.ts'

type Runner = (recorded: Recorded, folder: string) => Promise<Outcome>

const runners: Readonly<Record<string, Runner>> = {
  keys: runKeys,
  'sign-image': runSignImage,
  'attest-image': runSignImage,
  'sign-blob': runSignBlob,
  'attest-blob': runSignBlob,
  copy: runCopy,
  'save-load': runCopy,
  'verify-image': runVerifyImage,
  'verify-attestation': runVerifyImage,
  'verify-certificate': runVerifyImage,
  'verify-fault': runVerifyImage,
  'verify-blob': runVerifyBlob,
  'verify-blob-attestation': runVerifyBlob,
  'keyless-verify': runKeylessImage,
  'keyless-blob-verify': runKeylessBlob,
}

/**
 * Recorded cosign. What it wrote is verified, and what it said about good and bad signatures is what we say; keys that it
 * made are opened.
 */
export const cosignSuite: Suite = async (folder) => readCases(folder).map((recorded): Case => ({ id: recorded.id, kind: recorded.kind, run: async () => run(recorded, resolve(folder)) }))

async function run(recorded: Recorded, folder: string): Promise<Outcome> {
  const runner = Object.hasOwn(runners, recorded.kind) ? runners[recorded.kind] : undefined
  return runner === undefined ? failed(`no counterpart of cosign ${recorded.argv[1]}`) : runner(recorded, folder)
}
