import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CosignError, cosignVerifier, verifyAttestations, verifyImage } from '@cilock/cosign'
import type { CosignForm, CosignReport, VerifyOptions } from '@cilock/cosign'
import type { Verifier } from '@cilock/core'
import { parseReference, registryClient } from '@cilock/registry'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { parseFlags } from './flags.ts'
import type { Flags } from './flags.ts'
import { predicateTypeOf } from './predicate-type.ts'
import { fileOf } from './recording.ts'
import type { Recorded } from './recording.ts'
import { recordedFetch } from './recorded-registry.ts'
import { compareVerdict } from './verdict.ts'
import { Unsupported, verifiersOf } from './verifiers.ts'

/** `cosign verify` and `cosign verify-attestation` on a recorded registry. */
export async function runVerifyImage(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  return compareVerdict(recorded, async () => {
    const verifiers = await verifiersOf(flags, (name) => fileOf(folder, recorded, name))
    checkSupported(flags)
    await verifyAt(recorded, folder, flags, verifiers)
  })
}

/**
 * What was signed without a key is refused, and where it is that alone, by its name. cosign refused some of them too, for
 * reasons of its own.
 */
export async function runKeylessImage(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  if (flags.one('--key') !== undefined) return runVerifyImage(recorded, folder)
  const stranger = await cosignVerifier(readFileSync(join(folder, 'keys', 'other.pub'), 'utf8'))
  try {
    await verifyAt(recorded, folder, flags, [stranger])
    return failed('ours accepts what nobody signed by a key')
  } catch (error) {
    if (!(error instanceof CosignError) || error.report === undefined) throw error
    if (recorded.exitCode !== 0) return passed
    return isNamedKeyless(error.report) ? failed('ERR_KEYLESS_UNSUPPORTED: cosign accepts it') : { outcome: 'failed', detail: `no entry is called keyless: ${error.message}`, isBroken: true }
  }
}

function isNamedKeyless({ entries }: CosignReport): boolean {
  return entries.some((entry) => entry.state === 'refused' && entry.code === 'ERR_KEYLESS_UNSUPPORTED')
}

function checkSupported(flags: Flags): void {
  if (!flags.has('--insecure-ignore-tlog') && !flags.has('--private-infrastructure')) throw new Unsupported('a signature is to be in a transparency log')
  if (flags.has('--use-signed-timestamps')) throw new Unsupported('a signature is to have the timestamp of an authority of sigstore')
  if (flags.one('--policy') !== undefined) throw new Unsupported('a policy is to be run on what was attested')
  if (flags.command === 'verify-attestation' && flags.one('--check-claims') === 'false') throw new Unsupported('claims are to be passed over')
}

async function verifyAt({ registry, env }: Recorded, folder: string, flags: Flags, verifiers: readonly Verifier[]): Promise<CosignReport> {
  const { registry: host, repository, tag, digest } = parseReference(flags.rest.at(-1) ?? '')
  const client = registryClient({ fetch: recordedFetch(folder, registry?.before ?? '', registry?.fault) })
  const elsewhere = env?.['COSIGN_REPOSITORY']
  const options: VerifyOptions = {
    store: client.repository(`${host}/${repository}`),
    image: digest ?? tag ?? 'latest',
    verifiers,
    forms: formsOf(flags),
    ...(elsewhere !== undefined && { signatures: client.repository(elsewhere) }),
  }
  if (flags.command === 'verify-attestation') return (await verifyAttestations({ ...options, predicateType: predicateTypeOf(flags.one('--type')) })).report
  const annotations = Object.fromEntries(flags.all('-a').map((each): [string, string] => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]))
  return (await verifyImage({ ...options, annotations })).report
}

/** Where cosign looks: for bundles, then for the tag; with the older form for that alone. */
function formsOf(flags: Flags): readonly CosignForm[] {
  if (flags.one('--new-bundle-format') !== 'false') return ['bundle', 'tag']
  return flags.has('--experimental-oci11') ? ['referrer', 'tag'] : ['tag']
}
