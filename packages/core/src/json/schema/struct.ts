import { CilockError } from '../../error.ts'
import { setOwn } from '../own.ts'
import { childPointer, showPointer } from '../pointer.ts'
import { isJsonObject } from './container.ts'
import { refuse, type Infer, type OptionalSchema, type Schema } from './schema.ts'
import { anyShape } from './shape.ts'

type Fields = Readonly<Record<string, Schema<unknown>>>
type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends OptionalSchema<unknown> ? K : never }[keyof F]
type Flat<T> = { [K in keyof T]: T[K] }

/** The type of a struct of these fields: `optional` ones may be absent. */
export type StructOf<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Infer<F[K]> } & { readonly [K in OptionalKeys<F>]?: Infer<F[K]> }
>

/** What becomes of keys that a struct does not have. */
export interface StructOptions {
  /**
   * Keys that the struct does not have: `keep` puts them behind the fields, in the order found; `drop` leaves them out,
   * as Go does; `refuse` throws. Default: `keep`.
   */
  readonly unknown?: 'keep' | 'drop' | 'refuse'
}

/**
 * A Go struct: fields in the order given. A missing key gets Go's zero unless the field is {@link optional} or
 * {@link required}; `null` reads as a struct of zeros. A key that Go would take for a field because it differs only by
 * case is refused: two readers would see two values.
 */
export function struct<const F extends Fields>(fields: F, options: StructOptions = {}): Schema<StructOf<F>> {
  const members = Object.entries<Schema<unknown>>(fields).map(([name, field]) => ({ name, field, pointer: childPointer('', name) }))
  const names = members.map(({ name }) => name)
  const folded = new Map(names.map((name) => [foldKey(name), name]))
  const unknown = options.unknown ?? 'keep'

  const build = (value: Readonly<Record<string, unknown>>, pointer: string): StructOf<F> => {
    const result: Record<string, unknown> = {}
    for (const { name, field, pointer: last } of members) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined
      if (given === undefined) {
        if (field.isOptional !== true) setOwn(result, name, field.zero(pointer + last))
        continue
      }
      const read = field.read(given, pointer + last)
      if (field.isOptional !== true || !field.isEmpty(read)) setOwn(result, name, read)
    }
    for (const key of Object.keys(value)) {
      if (Object.hasOwn(fields, key)) continue
      const field = folded.get(foldKey(key))
      if (field !== undefined) {
        throw new CilockError('ERR_MALFORMED', `expected the key ${JSON.stringify(field)}, found it in other letter case at ${showPointer(childPointer(pointer, key))}`)
      }
      if (unknown === 'refuse') throw new CilockError('ERR_MALFORMED', `expected no other keys than ${names.join(', ')}, found one at ${showPointer(childPointer(pointer, key))}`)
      if (unknown === 'keep' && value[key] !== undefined) setOwn(result, key, value[key])
    }
    return result as StructOf<F>
  }

  return {
    read: (value, pointer = '') => build(value === null ? {} : isJsonObject(value) ? value : refuse('an object', value, pointer), pointer),
    zero: (pointer = '') => build({}, pointer),
    // omitempty never leaves a struct out; a missing one stays missing through `optional`
    isEmpty: () => false,
    shape: { kind: 'object', keys: Object.fromEntries(members.map(({ name, field: { shape = anyShape } }) => [name, shape])) },
  }
}

/** As Go folds keys: ASCII letters, and the two other characters that Unicode folds to one of them (ſ and K). */
function foldKey(key: string): string {
  return key.replaceAll('\u017f', 's').toLowerCase()
}
