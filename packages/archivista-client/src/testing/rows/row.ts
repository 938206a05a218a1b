/** A row of the index: its type, its values, and other rows under the names of the edges. */
export interface Row {
  readonly type: RowType
  readonly id: string
  readonly values: Readonly<Record<string, string | null>>
  /** To one row, to several, or to none. */
  readonly edges: Record<string, Row | Row[] | null>
}

export type RowType =
  | 'Dsse'
  | 'Statement'
  | 'Subject'
  | 'SubjectDigest'
  | 'AttestationCollection'
  | 'Attestation'
  | 'AttestationPolicy'
  | 'Signature'
  | 'Timestamp'
  | 'PayloadDigest'

/** Makes rows as the server does: by random UUID, which is also the order in which they come back. */
export class RowMaker {
  readonly #random: () => number
  readonly #clock: () => Date
  #count = 0

  constructor(random: () => number, clock: () => Date) {
    this.#random = random
    this.#clock = clock
  }

  make(type: RowType, values: Row['values'], edges: Row['edges']): Row {
    return { type, id: this.#uuid(), values, edges }
  }

  /** RFC 3339 with microseconds, of which no two are the same. */
  now(): string {
    const micros = String(this.#count++ % 1000).padStart(3, '0')
    return `${this.#clock().toISOString().slice(0, -1)}${micros}`.replace(/\.?0+$/, '').concat('Z')
  }

  #uuid(): string {
    const digits = Array.from({ length: 32 }, (_, at) => {
      const digit = Math.floor(this.#random() * 16)
      return (at === 12 ? 4 : at === 16 ? 8 + (digit % 4) : digit).toString(16)
    }).join('')
    return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-')
  }
}

/** The rows at the end of an edge. */
export function rowsAt(row: Row, edge: string): readonly Row[] {
  const found = row.edges[edge] ?? []
  return Array.isArray(found) ? found : [found]
}
