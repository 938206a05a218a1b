import { encodeBase64, signEnvelope } from '@cilock/core'
import type { Envelope, Signer } from '@cilock/core'
import { policyPayloadType } from '@cilock/policy'

/** A key that may sign evidence. */
export interface Functionary {
  readonly keyid: string
  readonly publicKeyPem: string
}

const type = (name: string): { readonly type: string } => ({ type: name.startsWith('https:') ? name : `https://aflock.ai/attestations/${name}` })
const always = ['material/v0.3', 'product/v0.3', 'environment/v0.1', 'git/v0.1', 'github/v0.1']

/** Who has to have done what, so that an image may pass; signed by whoever answers for releases. */
export async function signedPolicy(builder: Functionary, scanner: Functionary, expires: Date, signer: Signer): Promise<Envelope> {
  const step = (name: string, by: Functionary, attestations: readonly string[], artifactsFrom: readonly string[] = []) => ({
    name,
    functionaries: [{ type: 'publickey', publickeyid: by.keyid }],
    attestations: [...always, ...attestations].map(type),
    ...(artifactsFrom.length === 0 ? {} : { artifactsFrom }),
  })
  const policy = {
    expires: expires.toISOString(),
    publickeys: Object.fromEntries([builder, scanner].map(({ keyid, publicKeyPem }) => [keyid, { keyid, key: encodeBase64(new TextEncoder().encode(publicKeyPem)) }])),
    steps: {
      'docker-build': step('docker-build', builder, ['command-run/v0.2', 'docker/v0.1', 'oci/v0.1']),
      'docker-sbom': step('docker-sbom', builder, ['command-run/v0.2', 'https://cyclonedx.org/bom'], ['docker-build']),
      scan: step('scan', scanner, ['github-action/v0.1'], ['docker-build', 'docker-sbom']),
    },
  }
  return signEnvelope({ payload: new TextEncoder().encode(JSON.stringify(policy)), payloadType: policyPayloadType, signers: [signer] })
}
