import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { allBuiltins } from '@cilock/rego/all'
import { expect, test } from 'vitest'
import { callBuiltin, testContext, type Value } from './context.ts'

/**
 * Calls that OPA 1.13.1 answered (`opa eval --show-builtin-errors`, one rule a call). Texts that stand in many calls
 * are in a table; of results over 1,200 characters only the SHA-256 of their JSON was kept.
 */
interface Recorded {
  readonly call: string
  readonly operands: readonly unknown[]
  readonly sha256?: string
  readonly undefined?: true
  readonly error?: { readonly code: string; readonly message: string }
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
const texts = JSON.parse(read('recorded-texts.json')) as readonly string[]
const lines = read('recorded.jsonl').trimEnd().split('\n')

/** Go libraries' own words follow these; what stands before must be equal. */
const foreignWords = / ?(?:asn1: |jwk\.|jwsbb\.|invalid JSON: |yaml: |; it contains |unsupported map key of type: ).*$/s

function withTexts(value: unknown): Value {
  if (Array.isArray(value)) return value.map(withTexts)
  if (typeof value !== 'object' || value === null) return value as Value
  if ('$text' in value) return texts[Number(value.$text)] ?? ''
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withTexts(member)]))
}

/** Compact JSON with sorted keys; numbers as they are spelled. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Object.getPrototypeOf(value) !== Object.prototype) return (value as { readonly text: string }).text
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${json(member)}`).join()}}`
}

/** OPA validates properties in the random order of a map. */
function sortFailures(text: string): string {
  const [valid, failures] = JSON.parse(text) as [boolean, readonly unknown[]]
  return json([valid, failures.map(json).toSorted()])
}

test.each(lines.map((line, i) => [i, (JSON.parse(line) as Recorded).call, line] as const))('%i %s', (_, name, line) => {
  const recorded = JSON.parse(line) as Recorded
  const operands = recorded.operands.map(withTexts)
  const call = (): Value | undefined => callBuiltin(allBuiltins, name, operands, testContext({ now: 1_800_000_000_000_000_000n }))
  if (recorded.error !== undefined) {
    const { code, message } = recorded.error
    const expected = message.slice(name.length + 2).replace(foreignWords, '')
    expect(call).toThrow(expect.objectContaining({ name: 'BuiltinError', code, message: expect.stringContaining(expected) as string }))
    return
  }
  const result = call()
  if (recorded.undefined === true) expect(result).toBeUndefined()
  else if (recorded.sha256 !== undefined) expect(createHash('sha256').update(json(result)).digest('hex')).toBe(recorded.sha256)
  else {
    const head = JSON.stringify({ call: recorded.call, operands: recorded.operands }).length - 1
    const expected = line.slice(head + ',"result":'.length, -1)
    if (name === 'json.match_schema') expect(sortFailures(json(result))).toBe(sortFailures(expected))
    else expect(json(result)).toBe(expected)
  }
})
