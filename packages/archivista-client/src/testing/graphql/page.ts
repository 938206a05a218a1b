import { decodeBase64, encodeBase64 } from '@cilock/core'
import type { Row } from '../rows/row.ts'
import { FieldError } from './error.ts'
import type { Input, InputObject } from './variables.ts'

/** One page of rows. */
export interface Page {
  readonly rows: readonly Row[]
  readonly totalCount: number
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
}

/** Cuts a page out of all rows, which come in their order. */
export function pageOf(all: readonly Row[], input: InputObject): Page {
  const [first, last] = [countOf(input['first']), countOf(input['last'])]
  if (first !== undefined && last !== undefined) throw new FieldError('Passing both `first` and `last` to paginate a connection is not supported.')
  for (const [name, count] of [['first', first], ['last', last]] as const) {
    if (count !== undefined && count < 0) throw new FieldError(`\`${name}\` on a connection cannot be less than zero.`, [], 'INVALID_PAGINATION')
  }
  const [after, before] = [cursorId(input['after'], 'after'), cursorId(input['before'], 'before')]
  const totalCount = all.length
  if (first === 0 || last === 0) return { rows: [], totalCount, hasNextPage: first === 0 && totalCount > 0, hasPreviousPage: last === 0 && totalCount > 0 }
  // cursors hold an id, and rows come by it; subjects in another order are not paged by anybody
  const between = all.filter(({ id }) => (after === undefined || id > after) && (before === undefined || id < before))
  const rows = last === undefined ? between.slice(0, first) : between.slice(-last)
  const hasMore = rows.length < between.length
  return {
    rows,
    totalCount,
    hasNextPage: last === undefined ? hasMore || before !== undefined : before !== undefined,
    hasPreviousPage: last === undefined ? after !== undefined : hasMore || after !== undefined,
  }
}

function countOf(value: Input | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** MessagePack of an object whose only member, `i`, is the id in 16 bytes. */
const head = [0x81, 0xa1, 0x69, 0xc4, 0x10]

export function cursorOf({ id }: Row): string {
  const bytes = id.replaceAll('-', '').match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []
  return encodeBase64(Uint8Array.from([...head, ...bytes])).replace(/=+$/, '')
}

function cursorId(cursor: Input | undefined, argument: string): string | undefined {
  if (typeof cursor !== 'string') return undefined
  if (cursor === '') throw new FieldError('cannot decode cursor: EOF', [argument])
  const bytes = /^gaFpxB[A-Za-z0-9+/]{22}$/.test(cursor) ? decodeBase64(cursor) : new Uint8Array()
  if (bytes.length !== head.length + 16) throw new FieldError('cannot decode cursor: msgpack: number of fields in array-encoded struct has changed', [argument])
  const hex = [...bytes.subarray(head.length)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
