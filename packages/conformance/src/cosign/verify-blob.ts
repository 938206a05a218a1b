import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CosignError, cosignVerifier, parseBundle, verifyBlob, verifyBlobAttestation } from '@cilock/cosign'
import type { Blob } from '@cilock/cosign'
import type { Verifier } from '@cilock/core'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { parseFlags } from './flags.ts'
import type { Flags } from './flags.ts'
import { predicateTypeOf } from './predicate-type.ts'
import { fileOf } from './recording.ts'
import type { Recorded } from './recording.ts'
import { compareVerdict } from './verdict.ts'
import { Unsupported, verifiersOf, WrongCommand } from './verifiers.ts'

/** `cosign verify-blob` and `cosign verify-blob-attestation`. */
export async function runVerifyBlob(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  return compareVerdict(recorded, async () => {
    const verifiers = await verifiersOf(flags, (name) => fileOf(folder, recorded, name))
    if (!flags.has('--insecure-ignore-tlog') && !flags.has('--private-infrastructure')) throw new Unsupported('a signature is to be in a transparency log')
    if (flags.has('--use-signed-timestamps')) throw new Unsupported('a signature is to have the timestamp of an authority of sigstore')
    if (flags.one('--check-claims') === 'false') throw new Unsupported('claims are to be passed over')
    await verifyWith(recorded, folder, flags, verifiers)
  })
}

/** What was signed without a key is refused by its name. */
export async function runKeylessBlob(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  if (flags.one('--key') !== undefined) return runVerifyBlob(recorded, folder)
  const stranger = await cosignVerifier(readFileSync(join(folder, 'keys', 'other.pub'), 'utf8'))
  // a bundle with a certificate is for verifiers of certificates
  try {
    await verifyWith(recorded, folder, flags, [stranger])
    return failed('ours accepts what nobody signed by a key')
  } catch (error) {
    if (error instanceof WrongCommand) return recorded.exitCode === 0 ? failed(error.message) : passed
    if (!(error instanceof CosignError)) throw error
    if (recorded.exitCode !== 0) return passed
    return error.code === 'ERR_KEYLESS_UNSUPPORTED' ? failed(`${error.code}: cosign accepts it`) : { outcome: 'failed', detail: `expected ERR_KEYLESS_UNSUPPORTED, found ${error.code}`, isBroken: true }
  }
}

async function verifyWith(recorded: Recorded, folder: string, flags: Flags, verifiers: readonly Verifier[]): Promise<void> {
  const named = flags.one('--bundle')
  const bytes = named === undefined ? undefined : fileOf(folder, recorded, named)
  if (bytes === undefined) throw new WrongCommand('no bundle')
  const bundle = parseBundle(bytes)
  const blob = blobOf(recorded, folder, flags)
  if (flags.command === 'verify-blob-attestation') await verifyBlobAttestation({ blob, bundle, verifiers, predicateType: predicateTypeOf(flags.one('--type')) })
  else await verifyBlob({ blob, bundle, verifiers })
}

function blobOf(recorded: Recorded, folder: string, flags: Flags): Blob {
  const digest = flags.one('--digest')
  if (digest !== undefined) return { sha256: digest }
  const [name] = flags.rest
  const bytes = name === undefined ? undefined : fileOf(folder, recorded, name)
  if (bytes === undefined) throw new WrongCommand('no file')
  return bytes
}
