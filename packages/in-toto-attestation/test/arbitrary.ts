import { create, ScalarType, type DescField, type DescMessage, type Message, type MessageInitShape } from '@bufbuild/protobuf'
import fc from 'fast-check'

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constant('__proto__'))

/** What a double holds and no reader takes for a rounded integer. */
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
)
const free = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ maxDepth: 2 }, fc.constant(null), fc.boolean(), text, number, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
})).object

function scalar(type: ScalarType | undefined): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return text
    case ScalarType.BOOL:
      return fc.boolean()
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 12 })
    case ScalarType.INT32:
      return fc.integer()
    case ScalarType.UINT64:
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    default:
      throw new TypeError(`no values for scalar ${String(type)}`)
  }
}

function single(field: DescField): fc.Arbitrary<unknown> {
  if (field.message === undefined) return scalar(field.scalar)
  switch (field.message.typeName) {
    case 'google.protobuf.Struct':
      return free
    case 'google.protobuf.Timestamp':
      return fc.record({ seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }), nanos: fc.nat(999_999_999) })
    case 'google.protobuf.Any':
      // its content is tested by itself
      return fc.constant(undefined)
    default:
      return messagesOf(field.message)
  }
}

function valueOf(field: DescField): fc.Arbitrary<unknown> {
  if (field.fieldKind === 'list') return fc.array(single(field), { maxLength: 3 })
  if (field.fieldKind === 'map') return fc.dictionary(text, single(field), { maxKeys: 3, noNullPrototype: true })
  return single(field)
}

/** Any message of a schema, found by walking its descriptor. */
export function messagesOf(schema: DescMessage): fc.Arbitrary<Message> {
  const members = Object.fromEntries(schema.fields.map((field) => [field.localName, valueOf(field)]))
  const inits = fc.record(members, { requiredKeys: [], noNullPrototype: true })
  return inits.map((init) => create(schema, init as MessageInitShape<DescMessage>))
}
