import { CilockError } from '@cilock/core'
import type { Envelope, EnvelopeSignature, SignatureTimestamp, SourceResult } from '@cilock/core'
import { isObject } from '../argument.ts'

/**
 * Reads what sources answer. They come from outside, and not all were checked by a compiler: what is wrong with one must not
 * pass for what is wrong with evidence.
 *
 * Each member of what a source gives is read once, and its bytes are copied: a digest, a signature and what is judged must not be of
 * different bytes when they are changed in between. An object that is given again is the envelope that it was at first.
 *
 * @returns a function that gives the results of an answer, or undefined where there are more than `most` distinct envelopes;
 * it throws where the answer is something else.
 */
export function answerReader(): (answer: unknown, most: number) => readonly SourceResult[] | undefined {
  const copies = new Map<unknown, Envelope>()
  return (answer, most) => {
    const given = listOf(answer, (each) => {
      const { envelope, reference } = record(each)
      return { envelope, reference: text(reference) }
    })
    if (new Set(given.map(({ envelope }) => envelope)).size > most) return undefined
    return given.map(({ envelope, reference }) => {
      const copy = copies.get(envelope) ?? envelopeOf(envelope)
      copies.set(envelope, copy)
      return { envelope: copy, reference }
    })
  }
}

function envelopeOf(value: unknown): Envelope {
  const { payload, payloadType, signatures } = record(value)
  return { payload: bytes(payload), payloadType: text(payloadType), signatures: listOf(signatures, signatureOf) }
}

function signatureOf(value: unknown): EnvelopeSignature {
  const { keyid, sig, certificate, intermediates, timestamps } = record(value)
  return {
    keyid: text(keyid),
    sig: bytes(sig),
    ...(certificate !== undefined && { certificate: bytes(certificate) }),
    ...(intermediates !== undefined && { intermediates: listOf(intermediates, bytes) }),
    ...(timestamps !== undefined && { timestamps: listOf(timestamps, timestampOf) }),
  }
}

function timestampOf(value: unknown): SignatureTimestamp {
  const { type, data } = record(value)
  return { type: text(type), data: bytes(data) }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : refuse()
}

/** Not the memory itself, which its owner may write to. */
function bytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? new Uint8Array(value) : refuse()
}

/** A lone surrogate has no bytes: it was never read from a file, and cannot be written to a report. */
function text(value: unknown): string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : refuse()
}

/** By its length, and neither by an iterator of its own nor past its holes. */
function listOf<T>(value: unknown, itemOf: (item: unknown) => T): readonly T[] {
  return Array.isArray(value) ? Array.from({ length: value.length }, (_, index) => itemOf((value as readonly unknown[])[index])) : refuse()
}

function refuse(): never {
  throw new CilockError('ERR_SOURCE_FAILED', 'the source of evidence gave something else than a list of envelopes and their references')
}
