import type { SourceResult } from '@cilock/core'
import { isObject } from '../argument.ts'

/**
 * Whether what a source gave is a list of references and of envelopes as `parseEnvelope` gives them. Sources come from
 * outside, and not all were checked by a compiler: what is wrong with one must not pass for what is wrong with evidence.
 */
export function isAnswer(results: unknown): results is readonly SourceResult[] {
  return isListOf(results, (each) => isObject(each) && isText(each['reference']) && isEnvelope(each['envelope']))
}

function isEnvelope(value: unknown): boolean {
  return isObject(value) && isBytes(value['payload']) && isText(value['payloadType']) && isListOf(value['signatures'], isSignature)
}

function isSignature(value: unknown): boolean {
  if (!isObject(value)) return false
  const { keyid, sig, certificate, intermediates, timestamps } = value
  return (
    isText(keyid) && isBytes(sig) && (certificate === undefined || isBytes(certificate)) && (intermediates === undefined || isListOf(intermediates, isBytes)) && (timestamps === undefined || isListOf(timestamps, isTimestamp))
  )
}

function isTimestamp(value: unknown): boolean {
  return isObject(value) && isText(value['type']) && isBytes(value['data'])
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array
}

/** A lone surrogate has no bytes: it was never read from a file, and cannot be written to a report. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
}

/** Not by `every`, which passes over the holes of a list. */
function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false
  for (const item of value as readonly unknown[]) if (!isItem(item)) return false
  return true
}
