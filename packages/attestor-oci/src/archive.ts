import { CilockError } from '@cilock/core'
import type { DigestSet } from '@cilock/core'
import { canonicalName, linkTarget } from './entry-name.ts'
import type { OciErrorCode } from './error.ts'

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

export interface LinkEntry {
  readonly kind: 'link' | 'symlink'
  readonly target: string
}

export interface OtherEntry {
  readonly kind: 'other'
  /** What it is, for messages. */
  readonly type: string
}

export type Entry = FileEntry | LinkEntry | OtherEntry

/** Links that lead to links are followed so far. */
const maxHops = 16

/** What one pass over a tar found: its entries by name. Directories are left out. */
export class Archive {
  readonly #entries: Map<string, Entry>
  /** By canonical name. */
  readonly #written: ReadonlyMap<string, number>

  constructor(entries: readonly (readonly [name: string, entry: Entry])[]) {
    this.#entries = new Map()
    const written = new Map<string, number>()
    for (const [name, entry] of entries) {
      this.#entries.set(name, entry)
      const canonical = canonicalName(name) ?? name
      written.set(canonical, (written.get(canonical) ?? 0) + 1)
    }
    this.#written = written
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** Whether it is an OCI image layout, whatever else it is. */
  get isLayout(): boolean {
    return this.has('oci-layout') || this.has('./oci-layout')
  }

  /**
   * The file of exactly this name, with links resolved.
   *
   * @throws CilockError `ERR_OCI_ENTRY_MISSING`, `ERR_OCI_ENTRY_DUPLICATE`, `ERR_OCI_ENTRY_INVALID`.
   */
  file(name: string): FileEntry {
    let at = name
    for (let hop = 0; hop <= maxHops; hop++) {
      const entry = this.#entries.get(at)
      const via = at === name ? '' : ` (through ${name})`
      if (entry === undefined) throw refuse('ERR_OCI_ENTRY_MISSING', `expected an entry ${at} in the archive${via}, found none`)
      if ((this.#written.get(canonicalName(at) ?? at) ?? 0) > 1) {
        throw refuse('ERR_OCI_ENTRY_DUPLICATE', `expected one entry ${at} in the archive${via}, found several: readers would take different ones`)
      }
      if (entry.kind === 'file') return entry
      if (entry.kind === 'other') throw refuse('ERR_OCI_ENTRY_INVALID', `expected a file at ${at}${via}, found ${entry.type}`)
      const target = linkTarget(at, entry.target, entry.kind)
      if (target === undefined) throw refuse('ERR_OCI_ENTRY_INVALID', `expected a link within the archive, found one that leads out of it at ${at}${via}`)
      at = target
    }
    throw refuse('ERR_OCI_ENTRY_INVALID', `expected a file at ${name}, found more than ${maxHops} links in a row`)
  }
}

function refuse(code: OciErrorCode, message: string): CilockError<OciErrorCode> {
  return new CilockError(code, message)
}
