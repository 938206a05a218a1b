import { CilockError } from '../error.ts'
import type { Envelope } from './envelope.ts'

/** Bounds on an envelope; checking it costs signatures times verifiers, and more with timestamps. */
export interface EnvelopeLimits {
  /** Bytes of the envelope's JSON text. Default: 256 MiB. */
  readonly maxBytes?: number
  /** Depth of the envelope's JSON, unknown members included. Default: 100. */
  readonly maxDepth?: number
  /** Default: 100. */
  readonly maxSignatures?: number
  /** Intermediate certificates beside one signature. Default: 20. */
  readonly maxIntermediates?: number
  /** Timestamps beside one signature. Default: 20. */
  readonly maxTimestamps?: number
  /** Bytes of one signature, key id, payload type, certificate or timestamp. Default: 1 MiB. */
  readonly maxFieldBytes?: number
}

export const defaultLimits: Required<EnvelopeLimits> = {
  maxBytes: 256 * 1024 * 1024,
  maxDepth: 100,
  maxSignatures: 100,
  maxIntermediates: 20,
  maxTimestamps: 20,
  maxFieldBytes: 1024 * 1024,
}

/** Defaults where nothing is given; anything but a non-negative integer is a TypeError. */
export function limitsOf(limits: EnvelopeLimits = {}): Required<EnvelopeLimits> {
  const all = { ...defaultLimits }
  for (const name of Object.keys(defaultLimits) as (keyof EnvelopeLimits)[]) {
    const value = limits[name]
    if (value === undefined) continue
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`${name} has to be a non-negative integer, not ${String(value)}`)
    all[name] = value
  }
  return all
}

/** @throws CilockError `ERR_LIMIT_EXCEEDED` */
export function atMost(limit: number, found: number, what: string): void {
  if (found > limit) throw new CilockError('ERR_LIMIT_EXCEEDED', `envelope: at most ${limit} ${what} are allowed, found ${found}`)
}

/** Checks the parts that verification works on, also of an envelope that was not parsed here. */
export function checkLimits(envelope: Envelope, limits: Required<EnvelopeLimits>): void {
  atMost(limits.maxFieldBytes, envelope.payloadType.length, 'characters in the payload type')
  atMost(limits.maxSignatures, envelope.signatures.length, 'signatures')
  for (const [index, signature] of envelope.signatures.entries()) {
    const at = `of signature ${index}`
    atMost(limits.maxFieldBytes, signature.sig.length, `bytes ${at}`)
    atMost(limits.maxFieldBytes, signature.keyid.length, `characters in the key id ${at}`)
    atMost(limits.maxFieldBytes, signature.certificate?.length ?? 0, `bytes in the certificate ${at}`)
    atMost(limits.maxIntermediates, signature.intermediates?.length ?? 0, `intermediates ${at}`)
    for (const certificate of signature.intermediates ?? []) atMost(limits.maxFieldBytes, certificate.length, `bytes in an intermediate ${at}`)
    atMost(limits.maxTimestamps, signature.timestamps?.length ?? 0, `timestamps ${at}`)
    for (const timestamp of signature.timestamps ?? []) atMost(limits.maxFieldBytes, timestamp.data.length, `bytes in a timestamp ${at}`)
  }
}
