import { archivistaClient, archivistaSource } from '@cilock/archivista-client'
import type { ArchivistaClient } from '@cilock/archivista-client'
import { memoryArchivista } from '@cilock/archivista-client/testing'
import type { Envelope, GeneratedKey } from '@cilock/core'
import { cosignSigner, cosignVerifier, signImage } from '@cilock/cosign'
import { attach, ociSource } from '@cilock/image'
import type { GateOptions } from '@cilock/image'
import { registryClient } from '@cilock/registry'
import type { Repository } from '@cilock/registry'
import { memoryRegistry } from '@cilock/registry/testing'
import { types } from './gate.ts'
import { imageGate } from './image-gate.ts'
import { signedImage, signedPolicy } from './policy.ts'
import { push } from './registry.ts'
import { functionaryOf } from './road.ts'
import type { Keys } from './road.ts'
import { images } from './workspace.ts'

/** What the gate of the registry said of something. */
export interface Gated {
  readonly what: string
  readonly verdict: string
}

/** Where images and evidence are kept. */
export interface Stores {
  readonly store: Repository
  readonly client: ArchivistaClient
  /** Stores that can be told to fail, for a while. */
  readonly faults?: { readonly loseEvidence: () => void; readonly changeManifests: () => void; readonly heal: () => void }
}

/** A registry and an Archivista without a socket or a disk. */
export function memoryStores(): Stores {
  const registry = memoryRegistry()
  const archivista = memoryArchivista()
  return {
    store: registryClient({ fetch: registry.fetch }).repository(`${registry.host}/acme/app`),
    client: archivistaClient({ url: archivista.url, fetch: archivista.fetch, retry: { attempts: 1 } }),
    faults: {
      loseEvidence: () => archivista.fail({ route: 'download', kind: 'reset' }),
      changeManifests: () => registry.fail({ path: /\/manifests\//, kind: 'change', change: (bytes) => bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)) }),
      heal: () => {
        archivista.heal()
        registry.heal()
      },
    },
  }
}

/** The image goes into a registry, is signed there as cosign does, and its evidence is stored; then a cluster asks for it. */
export async function* registryRoad({ builder, scanner, release, keeper }: Keys & { readonly keeper: GeneratedKey }, evidence: readonly Envelope[], now: Date, { store, client, faults }: Stores): AsyncGenerator<Gated> {
  const pushed = await push(store, '1.0.0')
  await signImage({ store, image: '1.0.0', signer: await cosignSigner(keeper.privateKeyPem) })
  // one store would be enough; with two, either may be asked
  for (const envelope of evidence) await client.store(envelope)
  await attach({ store, image: '1.0.0', envelopes: evidence })

  const tomorrow = new Date(now.getTime() + 86_400_000)
  const policy = await signedPolicy(functionaryOf(builder), functionaryOf(scanner), tomorrow, release.signer, signedImage)
  const cosign = { verifiers: [await cosignVerifier(keeper.publicKeyPem)] }
  const ask = async (image: string): Promise<string> => {
    const options: Omit<GateOptions, 'stores'> = { store, image, cosign, policy: { policy, policyVerifiers: [release.verifier], types }, now }
    const stores = [{ name: 'archivista', source: archivistaSource({ client }) }, { name: 'registry', source: ociSource({ store, image }) }]
    return imageGate({ ...options, stores })
  }

  yield { what: 'the image from the registry', verdict: await ask('1.0.0') }

  // Somebody who may write to the registry moves the tag to a manifest of their own.
  await push(store, '1.0.0', images.other)
  yield { what: 'a manifest that was replaced in the registry', verdict: await ask('1.0.0') }
  yield { what: 'the image by the digest of its manifest', verdict: await ask(pushed) }

  await signImage({ store, image: '1.0.0', signer: await cosignSigner(keeper.privateKeyPem) })
  yield { what: 'an image that is signed, and that nobody built here', verdict: await ask('1.0.0') }

  if (faults === undefined) return
  faults.loseEvidence()
  yield { what: 'a store that does not give what it has', verdict: await ask(pushed) }
  faults.heal()
  faults.changeManifests()
  yield { what: 'a registry that gives other bytes for the digest', verdict: await ask(pushed) }
  faults.heal()
}
