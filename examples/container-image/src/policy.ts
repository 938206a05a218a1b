import { readFileSync } from 'node:fs'
import { githubActionType, githubType } from '@cilock/attestor-github/type'
import { ociType } from '@cilock/attestor-oci/type'
import type { Envelope, Signer } from '@cilock/core'
import { definePolicy, signPolicy } from '@cilock/policy'
import type { AttestationDefinition, PolicyPublicKey } from '@cilock/policy'

/** A rule of the policy, as it stands in `policy/`. */
function rego(name: string): Readonly<Record<string, string>> {
  return { [name]: readFileSync(new URL(`../policy/${name}`, import.meta.url), 'utf8') }
}

const aflock = (name: string): string => `https://aflock.ai/attestations/${name}`

/** Every step says which files it found and left, and where it ran. */
const always: readonly AttestationDefinition[] = ['material/v0.3', 'product/v0.3', 'environment/v0.1', 'git/v0.1'].map(aflock)
/** On the branch that releases are built from. */
const onMain: AttestationDefinition = { type: githubType, rego: rego('branch.rego') }

/** What the gate of a registry finds out: that cosign signed the very image that was built. */
export const signedImage: AttestationDefinition = { type: ociType, rego: rego('cosign.rego') }

/** Who has to have done what, so that an image may pass; signed by whoever answers for releases. */
export async function signedPolicy(builder: PolicyPublicKey, scanner: PolicyPublicKey, expires: Date, signer: Signer, image: AttestationDefinition = ociType): Promise<Envelope> {
  const policy = definePolicy({
    expires,
    steps: {
      'docker-build': { functionaries: [builder], attestations: [...always, onMain, aflock('command-run/v0.2'), aflock('docker/v0.1'), image] },
      // its rule sees what docker-build said, as input.steps
      'docker-sbom': {
        functionaries: [builder],
        attestations: [...always, githubType, aflock('command-run/v0.2'), { type: 'https://cyclonedx.org/bom', rego: rego('sbom.rego') }],
        artifactsFrom: ['docker-build'],
        attestationsFrom: ['docker-build'],
      },
      scan: {
        functionaries: [scanner],
        attestations: [...always, onMain, { type: githubActionType, rego: rego('action.rego') }],
        artifactsFrom: ['docker-build', 'docker-sbom'],
      },
    },
  })
  return signPolicy({ policy, signers: [signer] })
}
