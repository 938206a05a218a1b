import { gitoidOf } from '../../gitoid.ts'
import { GoJsonError } from '../go/json.ts'
import { indexEnvelope, IndexError } from '../rows/index-envelope.ts'
import { RowMaker } from '../rows/row.ts'
import type { Row } from '../rows/row.ts'

export interface StoreSettings {
  readonly database: 'postgres' | 'mysql' | 'none'
  readonly aflockCollections: boolean
  readonly keepsBytes: boolean
  readonly random: () => number
  readonly clock: () => Date
}

/** Bytes by gitoid, and an index of those that could be read. */
export class EvidenceStore {
  readonly #settings: StoreSettings
  readonly #rows: RowMaker
  readonly #bytes = new Map<string, Uint8Array>()
  readonly #index = new Map<string, Row>()

  constructor(settings: StoreSettings) {
    this.#settings = settings
    this.#rows = new RowMaker(settings.random, settings.clock)
  }

  /** Bytes are kept even where the index then refuses them: `refusal` is what the server says of that. */
  put(bytes: Uint8Array): { readonly gitoid: string; readonly refusal?: string } {
    const gitoid = gitoidOf(bytes)
    if (this.#settings.keepsBytes) this.#bytes.set(gitoid, bytes.slice())
    const { database, aflockCollections } = this.#settings
    if (database === 'none') return { gitoid }
    try {
      const dsse = indexEnvelope(bytes, { gitoid, rows: this.#rows, aflockCollections })
      if (this.#index.has(gitoid)) throw new IndexError(duplicate(database, gitoid))
      checkColumns(dsse, database)
      this.#index.set(gitoid, dsse)
      return { gitoid }
    } catch (error) {
      if (!(error instanceof IndexError) && !(error instanceof GoJsonError)) throw error
      return { gitoid, refusal: error.message }
    }
  }

  get(gitoid: string): Uint8Array | undefined {
    return this.#bytes.get(gitoid)
  }

  forget(gitoid: string): void {
    this.#bytes.delete(gitoid)
    this.#index.delete(gitoid)
  }

  clear(): void {
    this.#bytes.clear()
    this.#index.clear()
  }

  get gitoids(): readonly string[] {
    return [...this.#bytes.keys()].sort()
  }

  get dsses(): readonly Row[] {
    return [...this.#index.values()]
  }
}

function duplicate(database: StoreSettings['database'], gitoid: string): string {
  if (database === 'mysql') return `ent: constraint failed: Error 1062 (23000): Duplicate entry '${gitoid}' for key 'gitoid_sha256'`
  return 'ent: constraint failed: ERROR: duplicate key value violates unique constraint "dsses_gitoid_sha256_key" (SQLSTATE 23505)'
}

const columnNames: Readonly<Record<string, string>> = { payloadType: 'payload_type', keyID: 'key_id', gitoidSha256: 'gitoid_sha256' }

/** What the columns of a database do not take. */
function checkColumns(dsse: Row, database: StoreSettings['database']): void {
  const seen = new Set<Row>()
  const visit = (row: Row): void => {
    if (seen.has(row)) return
    seen.add(row)
    for (const [name, value] of Object.entries(row.values)) {
      if (database === 'postgres' && value?.includes('\0') === true) throw new IndexError('ERROR: invalid byte sequence for encoding "UTF8": 0x00 (SQLSTATE 22021)')
      if (database === 'mysql' && name !== 'signature' && Array.from(value ?? '').length > 255) throw new IndexError(`Error 1406 (22001): Data too long for column '${columnNames[name] ?? name}' at row 1`)
    }
    for (const edge of Object.values(row.edges)) for (const each of Array.isArray(edge) ? edge : [edge]) if (each !== null) visit(each)
  }
  visit(dsse)
}
