import { parseJson } from '../json/parse.ts'
import type { Envelope } from './envelope.ts'
import { checkLimits, limitsOf, type EnvelopeLimits } from './limits.ts'
import { envelopeSchema } from './schema.ts'

/**
 * Reads an envelope from its JSON text, without verifying anything.
 *
 * Strict where Go and JavaScript would read different values (repeated keys, keys that differ from a known one by case),
 * tolerant where the specification is: both base64 alphabets, with or without padding, unknown members, `null` for what
 * is empty (CI/lock writes an envelope without a signer so).
 *
 * @throws CilockError `ERR_MALFORMED` with the JSON pointer, `ERR_LIMIT_EXCEEDED`
 * @example
 * const envelope = parseEnvelope(await readFile('build.att.json'))
 */
export function parseEnvelope(input: Uint8Array | string, limits?: EnvelopeLimits): Envelope {
  const bounds = limitsOf(limits)
  const envelope = envelopeSchema.read(parseJson(input, { maxDepth: bounds.maxDepth, maxBytes: bounds.maxBytes }))
  checkLimits(envelope, bounds)
  return envelope
}
