import { decodeBase64 } from '../bytes/base64.ts'
import { CilockError } from '../error.ts'
import { showPointer } from '../json/pointer.ts'
import { array } from '../json/schema/container.ts'
import { optional } from '../json/schema/presence.ts'
import { string } from '../json/schema/scalar.ts'
import { refuse, type Schema } from '../json/schema/schema.ts'
import { struct } from '../json/schema/struct.ts'
import type { Envelope, EnvelopeSignature, SignatureTimestamp } from './envelope.ts'

/** A Go `[]byte`, as the bytes that it holds; `null` reads as none. */
const base64: Schema<Uint8Array> = {
  read(value, pointer = '') {
    if (value === null) return new Uint8Array()
    if (typeof value !== 'string') return refuse('base64 text', value, pointer)
    try {
      return decodeBase64(value)
    } catch (cause) {
      throw new CilockError('ERR_MALFORMED', `expected base64 text at ${showPointer(pointer)}`, { cause })
    }
  },
  zero: () => new Uint8Array(),
  isEmpty: (value) => value.length === 0,
}

/** A key that has to be there, if only as `null`, which Go writes for what is empty. */
function present<T>(schema: Schema<T>): Schema<T> {
  return { ...schema, zero: (pointer = '') => refuse('a value', undefined, pointer) }
}

const timestamp: Schema<SignatureTimestamp> = struct({ type: present(string()), data: present(base64) }, { unknown: 'drop' })

const signature: Schema<EnvelopeSignature> = struct(
  {
    keyid: string(), // may be missing, by the specification
    sig: present(base64),
    certificate: optional(base64),
    intermediates: optional(array(base64)),
    timestamps: optional(array(timestamp)),
  },
  { unknown: 'drop' },
)

/** The JSON of an envelope with the members that witness and CI/lock add to a signature. */
export const envelopeSchema: Schema<Envelope> = struct(
  { payload: present(base64), payloadType: present(string()), signatures: present(array(signature)) },
  { unknown: 'drop' },
)
