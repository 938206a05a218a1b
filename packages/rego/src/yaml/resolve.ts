import { builtinError } from '../builtins/operands.ts'
import { decodeBase64 } from '../encoding/base64-bytes.ts'

/** What a scalar of YAML 1.1 is, as go-yaml resolves it. Integers are exact. */
export type Scalar = null | boolean | bigint | number | string

type ScalarTag = 'str' | 'bool' | 'int' | 'float' | 'null' | 'timestamp'

const words = new Map<string, readonly [ScalarTag, Scalar]>()
for (const [tag, value, texts] of [
  ['bool', true, 'y Y yes Yes YES true True TRUE on On ON'],
  ['bool', false, 'n N no No NO false False FALSE off Off OFF'],
  ['null', null, ' ~ null Null NULL'],
  ['float', Number.NaN, '.nan .NaN .NAN'],
  ['float', Number.POSITIVE_INFINITY, '.inf .Inf .INF +.inf +.Inf +.INF'],
  ['float', Number.NEGATIVE_INFINITY, '-.inf -.Inf -.INF'],
] as const) {
  for (const text of texts.split(' ')) words.set(text, [tag, value])
}

const prefix = 'tag:yaml.org,2002:'
const resolvable: ReadonlySet<string> = new Set(['str', 'bool', 'int', 'float', 'null', 'timestamp'])

/** A plain scalar, or one with a tag; `tag` is the long form, and undefined where there is none. */
export function resolveScalar(text: string, tag: string | undefined): Scalar {
  if (tag === `${prefix}binary`) return binary(text)
  const wanted = tag?.startsWith(prefix) === true ? tag.slice(prefix.length) : undefined
  // Tags that go-yaml does not know leave the text as it is.
  if (tag !== undefined && (wanted === undefined || !resolvable.has(wanted))) return text
  const [found, value] = wanted === 'str' ? (['str', text] as const) : plain(text, wanted)
  if (wanted === undefined || wanted === found || wanted === 'str') return value
  if (wanted === 'float' && found === 'int' && typeof value === 'bigint' && value < 2n ** 63n) return Number(value)
  throw builtinError(`yaml: cannot decode !!${found} \`${text}\` as a !!${wanted}`)
}

/** Whether a text without quotes is read as itself. */
export function isPlainString(text: string): boolean {
  return plain(text, undefined)[0] === 'str'
}

function binary(text: string): string {
  const bytes = decodeBase64(text)
  if (typeof bytes === 'number') throw builtinError('yaml: !!binary value contains invalid base64 data')
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

function plain(text: string, wanted: string | undefined): readonly [ScalarTag, Scalar] {
  const word = words.get(text)
  if (word !== undefined) return word
  if (text.startsWith('.')) {
    const float = /^\.\d+(?:_\d+)*(?:[eE][+-]?\d+(?:_\d+)*)?$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN
    return Number.isFinite(float) ? ['float', float] : ['str', text]
  }
  if (!/^[+\-\d]/.test(text)) return ['str', text]
  // A timestamp stays a text: go-yaml v2 gives it back as it was written.
  if ((wanted === undefined || wanted === 'timestamp') && isTimestamp(text)) return ['timestamp', text]
  const digits = text.replaceAll('_', '')
  const integer = parseInteger(digits)
  if (integer !== undefined) return ['int', integer]
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(digits)) {
    const float = Number(digits)
    if (Number.isFinite(float)) return ['float', float]
  }
  return ['str', text]
}

/** Go's `ParseInt` with base 0, and `ParseUint` for what is too large for it. */
function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9]\d*|0))$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', hexadecimal, binaryDigits, octal, decimal] = match
  const magnitude = BigInt(
    hexadecimal !== undefined ? `0x${hexadecimal}` : binaryDigits !== undefined ? `0b${binaryDigits}` : octal !== undefined ? `0o${octal}` : (decimal ?? '0'),
  )
  const value = sign === '-' ? -magnitude : magnitude
  if (value >= -(2n ** 63n) && value < 2n ** 63n) return value
  return sign === '' && value < 2n ** 64n ? value : undefined
}

const timestamp = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[+-](\d{2}):(\d{2}))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/

function isTimestamp(text: string): boolean {
  const match = timestamp.exec(text)
  if (match === null) return false
  const [year = 0, month = 0, day = 0, ...rest] = match.slice(1).map((part) => (part === undefined ? 0 : Number(part)))
  const [h1 = 0, m1 = 0, s1 = 0, zoneHours = 0, zoneMinutes = 0, h2 = 0, m2 = 0, s2 = 0] = rest
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return false
  return h1 < 24 && h2 < 24 && m1 < 60 && m2 < 60 && s1 < 60 && s2 < 60 && zoneHours <= 24 && zoneMinutes < 60
}
