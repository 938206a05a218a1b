import type { Manifest } from '@cilock/registry'
import type { ImageStore } from '@cilock/registry'
import type { CosignLimits } from '../options.ts'
import type { CosignForm, EntryPlace, PlaceReport } from '../report.ts'

/** What is looked for. */
export type EntryKind = 'signature' | 'attestation'

/** Something that may be a signature or an attestation, as it was found. */
export interface FoundEntry {
  readonly place: EntryPlace
  /** Asked for when it is judged, so that a thousand of them are not in memory at once. */
  readonly load: () => Promise<EntryContent>
}

/** The bytes of an entry, or why there are none: a CosignError with the code of a refusal, or whatever the store threw. */
export type EntryContent =
  | { readonly state: 'read'; readonly bytes: Uint8Array; readonly mediaType: string; readonly annotations: Readonly<Record<string, string>> }
  | { readonly state: 'failed'; readonly cause: unknown }

/** What one place gave. */
export interface FoundPlace {
  readonly report: PlaceReport
  readonly entries: readonly FoundEntry[]
}

/** Where is looked, and for what. */
export interface Search {
  readonly store: ImageStore
  readonly kind: EntryKind
  /** The image's own. */
  readonly digest: string
  readonly forms: readonly CosignForm[]
  readonly limits: Required<CosignLimits>
  readonly signal: AbortSignal | undefined
}

/** A manifest that was found, and where it is listed. */
export interface ListedManifest {
  readonly form: CosignForm
  readonly manifest: Manifest
  readonly tag?: string
}
