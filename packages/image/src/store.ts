import type { Source, SourceResult } from '@cilock/core'

/** A source of evidence that may also know what is attached to the image itself, whatever it is about. */
export interface EvidenceSource extends Source {
  /** Everything that is attached. Throws when it cannot know. */
  readonly attached?: (options?: { readonly signal?: AbortSignal }) => Promise<readonly SourceResult[]>
}

/** Where evidence is looked for, and what it is called in reports. */
export interface EvidenceStore {
  /** Such as `archivista`, or the name of a folder. */
  readonly name: string
  /** `archivistaSource()`, `ociSource()`, `directorySource()`, `memorySource()`, or one of your own. */
  readonly source: EvidenceSource
  /**
   * Go on without it where it fails. What it has is then not looked at, and the report says so. Default: false, its failure
   * is a refusal.
   */
  readonly allowUnavailable?: boolean
}
