import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { cosignSigner, cosignVerifier, signImage, verifyAttestations, verifyImage } from '@cilock/cosign'
import type { CosignForm, VerifyOptions } from '@cilock/cosign'
import type { Verifier } from '@cilock/core'
import { parseReference, registryClient } from '@cilock/registry'
import type { RegistryClient } from '@cilock/registry'
import { certificateVerifier, parseCertificates } from '@cilock/x509'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { copiedRegistry } from './copied-registry.ts'
import { parseFlags } from './flags.ts'
import type { Flags } from './flags.ts'
import { predicateTypeOf } from './predicate-type.ts'
import { fileOf } from './recording.ts'
import type { Recorded } from './recording.ts'
import { recordedFetch } from './recorded-registry.ts'
import { refusalOf } from './verdict.ts'

/** What cosign wrote beside an image is verified by its key; what ours writes instead says the same. */
export async function runSignImage(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  const { before, after } = recorded.registry ?? {}
  if (recorded.exitCode !== 0 || before === undefined || after === undefined) return failed('cosign refused to write, for reasons of its own command line')
  if (flags.one('--upload') === 'false' || flags.has('--no-upload')) return failed('nothing was written to the registry')
  const theirs = registryClient({ fetch: recordedFetch(folder, after, undefined) })
  const refusal = await refusalOf(async () => readBack(theirs, recorded, folder, flags))
  if (refusal !== undefined) return failed(`what cosign wrote is refused: ${refusal}`)
  if (flags.command !== 'sign' || flags.one('--certificate') !== undefined || formOf(flags) === 'referrer') return passed
  return compareWritten(recorded, folder, flags, before, theirs)
}

async function readBack(client: RegistryClient, recorded: Recorded, folder: string, flags: Flags): Promise<readonly Uint8Array[]> {
  const options: VerifyOptions = { ...placeOf(client, recorded, flags), verifiers: [await verifierOf(recorded, folder, flags)], forms: [formOf(flags)] }
  if (flags.command === 'sign') return (await verifyImage({ ...options, annotations: annotationsOf(flags) })).signatures.map(({ payload }) => payload)
  return (await verifyAttestations({ ...options, predicateType: predicateTypeOf(flags.one('--type')) })).attestations.map(({ envelope }) => envelope.payload)
}

function placeOf(client: RegistryClient, { env }: Recorded, flags: Flags): Pick<VerifyOptions, 'store' | 'image' | 'signatures'> {
  const { registry, repository, tag, digest } = parseReference(flags.rest.at(-1) ?? '')
  const elsewhere = env?.['COSIGN_REPOSITORY']
  return { store: client.repository(`${registry}/${repository}`), image: digest ?? tag ?? 'latest', ...(elsewhere !== undefined && { signatures: client.repository(elsewhere) }) }
}

/** Ours signs the same on a copy: the same documents stand there afterwards, to the byte under a tag, by what they say in bundles. */
async function compareWritten(recorded: Recorded, folder: string, flags: Flags, before: string, theirs: RegistryClient): Promise<Outcome> {
  const ours = await copiedRegistry(folder, before)
  const { registry, repository, tag, digest } = parseReference(flags.rest.at(-1) ?? '')
  const form = formOf(flags) === 'tag' ? 'tag' : 'bundle'
  const elsewhere = recorded.env?.['COSIGN_REPOSITORY']
  const key = new TextDecoder().decode(fileOf(folder, recorded, flags.one('--key') ?? ''))
  const refusal = await refusalOf(async () => signImage({
    store: ours.repository(`${registry}/${repository}`),
    image: digest ?? tag ?? 'latest',
    ...(elsewhere !== undefined && { signatures: ours.repository(elsewhere) }),
    signer: await cosignSigner(key, { password: recorded.env?.['COSIGN_PASSWORD'] ?? '' }),
    form,
    annotations: annotationsOf(flags),
    ...(flags.one('--sign-container-identity') !== undefined && { reference: flags.one('--sign-container-identity') ?? '' }),
  }))
  if (refusal !== undefined) return failed(`ours does not write: ${refusal}`)
  const read = async (client: RegistryClient): Promise<readonly unknown[]> => (await readBack(client, recorded, folder, flags)).map((payload) => (form === 'tag' ? new TextDecoder().decode(payload) : (JSON.parse(new TextDecoder().decode(payload)) as unknown)))
  const [written, expected] = [await read(ours), await read(theirs)]
  return isDeepStrictEqual(written, expected) ? passed : failed(`ours writes ${JSON.stringify(written)}, cosign ${JSON.stringify(expected)}`)
}

function formOf(flags: Flags): CosignForm {
  if (flags.one('--new-bundle-format') !== 'false') return 'bundle'
  return flags.one('--registry-referrers-mode') === 'oci-1-1' ? 'referrer' : 'tag'
}

function annotationsOf(flags: Flags): Readonly<Record<string, string>> {
  return Object.fromEntries(flags.all('-a').map((each): [string, string] => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]))
}

/** By the public half of the key that signed, or by the chain of its certificate. */
export async function verifierOf(recorded: Recorded, folder: string, flags: Flags): Promise<Verifier> {
  const chain = flags.one('--certificate-chain')
  if (chain !== undefined) {
    const certificates = parseCertificates(new TextDecoder().decode(fileOf(folder, recorded, chain)))
    return certificateVerifier({ bundles: [{ id: 'recorded', roots: certificates.filter(({ selfIssued }) => selfIssued) }], fallbackTime: new Date('2026-11-23T00:00:00Z'), keyVerifier: cosignVerifier })
  }
  return cosignVerifier(readFileSync(join(folder, 'keys', (flags.one('--key') ?? '').replace(/\.key$/, '.pub')), 'utf8'))
}
