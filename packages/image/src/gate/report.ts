import type { CosignReport } from '@cilock/cosign'
import type { Binding, Report } from '@cilock/policy'
import type { IdentityLink, ImageIdentity, Platform } from '@cilock/registry'
import type { StoreFailure } from '../fetch/found.ts'

/** How evidence is about what was signed. */
export interface GateLink {
  /** What was asked for, and what cosign's signature is of where one was asked for. */
  readonly signed: string
  /** The digest that the evidence names. */
  readonly attested: string
  /** Which digest of the image that is. */
  readonly kind: ImageIdentity['kind']
  /** From the one to the other, each link said by bytes that were held against their digest. Empty where both are the same. */
  readonly chain: readonly IdentityLink[]
  /** Which accepted evidence names it, and how. */
  readonly binding: Binding
}

/** What came of one image: of an index each is judged by itself. */
export interface GatedImage {
  /** What came of it. */
  readonly verdict: 'passed' | 'failed'
  /** For which machine, where an index or the configuration says. */
  readonly platform?: Platform
  /** Of its manifest. */
  readonly manifest: string
  /** Of its configuration: what Docker and CI/lock call the image id. */
  readonly imageId: string
  /** Present where it passed. */
  readonly link?: GateLink
  /** Image ids that accepted oci attestations of the steps about it speak of, or those that only rules deny where none is accepted. */
  readonly attestedIds: readonly string[]
  /** What the policy says. */
  readonly report: Report
}

/** Whether somebody vouches for the image. */
export type Authenticity =
  | { readonly verdict: 'passed' | 'failed'; readonly report: CosignReport }
  // `cosign: 'none'`
  | { readonly verdict: 'not-asked' }

/** One reason why the gate stays shut. */
export interface GateCause {
  /** Of cosign, of the policy, or `ERR_EVIDENCE_INCOMPLETE`. Stable. */
  readonly code: string
  /** For people. */
  readonly message: string
}

/** All that the gate looked at. */
export interface GateReport {
  /** Whether the image may pass. */
  readonly verdict: 'passed' | 'failed'
  /** As it was asked for. */
  readonly image: string
  /** Of its manifest or index, computed from the bytes. Deploy this. */
  readonly digest: string
  /** Every digest that the image is known by, each with the chain that leads to it. */
  readonly identities: readonly ImageIdentity[]
  /** Whether somebody vouches for it. */
  readonly authenticity: Authenticity
  /** Every image that has to pass, in the order of the index. Empty where the evidence is incomplete. */
  readonly images: readonly GatedImage[]
  /** Stores that failed. Those that may are no cause. */
  readonly failures: readonly StoreFailure[]
  /** Why it failed, the first to look at first. Empty where it passed. */
  readonly causes: readonly GateCause[]
}
