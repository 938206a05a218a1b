import type { EntryTable, TableEntry } from '@cilock/archive'
import type { CilockError, DigestSet } from '@cilock/core'

/** A file in the archive, hashed as it passed. */
export interface FileEntry {
  readonly kind: 'file'
  /** SHA-256 of the bytes in the archive. */
  readonly sha256: string
  /** By the run's algorithms, of the content without compression. */
  readonly digest?: DigestSet
  /** SHA-256 of the content without compression. */
  readonly diffId?: string
  /** Why the content could not be decompressed. */
  readonly failure?: CilockError
  /** The content of what may be JSON. */
  readonly content?: Uint8Array
  /** The compression that the first bytes look like, where it is one that no layer may have. */
  readonly suspect?: string
}

export type Entry = TableEntry<FileEntry>

/** What one pass over a tar found: its entries by name. Directories are left out. */
export type Archive = EntryTable<FileEntry>
