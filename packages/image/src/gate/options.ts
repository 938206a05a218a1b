import type { CosignForm, CosignLimits } from '@cilock/cosign'
import type { Verifier } from '@cilock/core'
import type { EvidenceOptions, PolicyOptions } from '@cilock/policy'
import type { ImageStore, Platform } from '@cilock/registry'
import type { EvidenceStore } from '../store.ts'

/** Who has to have signed the image, as `verifyImage()` of `@cilock/cosign` asks. */
export interface CosignRules {
  /** Any one of them that vouches is enough. */
  readonly verifiers: readonly Verifier[]
  /** What has to have been signed beside the digest. Default: nothing. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Where signatures are, if elsewhere. Default: where the image is. */
  readonly signatures?: ImageStore
  /** In which forms they are looked for. Default: all. */
  readonly forms?: readonly CosignForm[]
  /** Bounds on what is read. Default: those of `CosignLimits`. */
  readonly limits?: CosignLimits
}

/** What a gate is asked. There is no other input: no clock, environment or file. */
export interface GateOptions extends Pick<EvidenceOptions, 'now' | 'clockSkew' | 'input' | 'signal'> {
  /** Where the image is. */
  readonly store: ImageStore
  /** Its tag or digest. A tag is asked for once; all else is about the digest of what it gave, which the report names. */
  readonly image: string
  /** Only the image for it has to pass. Default: every image that the index lists. */
  readonly platform?: Partial<Platform>
  /** Who has to have signed it; `none` where nobody has to. */
  readonly cosign: CosignRules | 'none'
  /** What has to have happened. */
  readonly policy: PolicyOptions
  /** Where evidence is looked for; at least one. */
  readonly stores: readonly EvidenceStore[]
}
