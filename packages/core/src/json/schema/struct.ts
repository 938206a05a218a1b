import { CilockError } from '../../error.ts'
import { setOwn } from '../own.ts'
import { childPointer, showPointer } from '../pointer.ts'
import { isJsonObject } from './container.ts'
import { refuse, type Infer, type OptionalSchema, type Schema } from './schema.ts'
import { shapeOf, type JsonShape } from './shape.ts'

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
  const unknown = options.unknown ?? 'keep'
  // Worked out when the first one is read: a program loads the structs of all it may come upon, and reads few.
  let known: Layout | undefined
  const layout = (): Layout => (known ??= layoutOf(fields))

  const build = (value: Readonly<Record<string, unknown>>, pointer: string): StructOf<F> => {
    const { members, folded } = layout()
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
      if (unknown === 'refuse') throw new CilockError('ERR_MALFORMED', `expected no other keys than ${members.map(({ name }) => name).join(', ')}, found one at ${showPointer(childPointer(pointer, key))}`)
      if (unknown === 'keep' && value[key] !== undefined) setOwn(result, key, value[key])
    }
    return result as StructOf<F>
  }

  return {
    read: (value, pointer = '') => build(value === null ? {} : isJsonObject(value) ? value : refuse('an object', value, pointer), pointer),
    zero: (pointer = '') => build({}, pointer),
    // omitempty never leaves a struct out; a missing one stays missing through `optional`
    isEmpty: () => false,
    get shape() {
      return layout().shape
    },
  }
}

interface Layout {
  readonly members: readonly { readonly name: string; readonly field: Schema<unknown>; readonly pointer: string }[]
  readonly folded: ReadonlyMap<string, string>
  readonly shape: JsonShape
}

function layoutOf(fields: Fields): Layout {
  const members = Object.entries(fields).map(([name, field]) => ({ name, field, pointer: childPointer('', name) }))
  return {
    members,
    folded: new Map(members.map(({ name }) => [foldKey(name), name])),
    shape: { kind: 'object', keys: Object.fromEntries(members.map(({ name, field }) => [name, shapeOf(field)])) },
  }
}

/** As Go folds keys: ASCII letters, and the two other characters that Unicode folds to one of them (ſ and K). */
function foldKey(key: string): string {
  return key.replaceAll('\u017f', 's').toLowerCase()
}
