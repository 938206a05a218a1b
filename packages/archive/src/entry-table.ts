import { canonicalName, linkTarget } from './entry-name.ts'
import { ArchiveError } from './error.ts'

/** An entry that stands for another. */
export interface EntryLink {
  /** A hard link starts at the root of the archive, a symbolic one at its own folder. */
  readonly kind: 'link' | 'symlink'
  /** As it is written. */
  readonly target: string
}

/** What is neither file nor link. */
export interface OtherEntry {
  /** Told apart from files and links. */
  readonly kind: 'other'
  /** What it is, for messages. */
  readonly type: string
}

/** What a name in an archive stands for; a file is whatever its reader keeps of it. */
export type TableEntry<File> = (File & { readonly kind: 'file' }) | EntryLink | OtherEntry

/** Links that lead to links are followed so far. */
const maxHops = 16

/**
 * The entries of an archive by name, links resolved within it. Directories are left out. A name that is asked for has to
 * be there once, however it is written, since readers would take different ones.
 */
export class EntryTable<File> {
  readonly #entries: Map<string, TableEntry<File>>
  /** By canonical name. */
  readonly #written: ReadonlyMap<string, number>

  constructor(entries: Iterable<readonly [name: string, entry: TableEntry<File>]>) {
    this.#entries = new Map()
    const written = new Map<string, number>()
    for (const [name, entry] of entries) {
      this.#entries.set(name, entry)
      const canonical = canonicalName(name) ?? name
      written.set(canonical, (written.get(canonical) ?? 0) + 1)
    }
    this.#written = written
  }

  /** Whether an entry has exactly this name. */
  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /**
   * The file of exactly this name, with links resolved.
   *
   * @throws ArchiveError `ERR_ENTRY_MISSING`, `ERR_ENTRY_DUPLICATE`, `ERR_ENTRY_INVALID`
   */
  file(name: string): File & { readonly kind: 'file' } {
    let at = name
    for (let hop = 0; hop <= maxHops; hop++) {
      const entry = this.#entries.get(at)
      const via = at === name ? '' : ` (through ${name})`
      if (entry === undefined) throw new ArchiveError('ERR_ENTRY_MISSING', `expected an entry ${at} in the archive${via}, found none`)
      if ((this.#written.get(canonicalName(at) ?? at) ?? 0) > 1) {
        throw new ArchiveError('ERR_ENTRY_DUPLICATE', `expected one entry ${at} in the archive${via}, found several: readers would take different ones`)
      }
      if (entry.kind === 'file') return entry
      if (entry.kind === 'other') throw new ArchiveError('ERR_ENTRY_INVALID', `expected a file at ${at}${via}, found ${entry.type}`)
      const target = linkTarget(at, entry.target, entry.kind)
      if (target === undefined) throw new ArchiveError('ERR_ENTRY_INVALID', `expected a link within the archive, found one that leads out of it at ${at}${via}`)
      at = target
    }
    throw new ArchiveError('ERR_ENTRY_INVALID', `expected a file at ${name}, found more than ${maxHops} links in a row`)
  }
}
