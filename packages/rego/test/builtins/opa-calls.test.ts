import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { toJson } from '../../src/value/format.ts'
import { parseJson } from '../../src/value/json.ts'
import { isArray, type Value } from '../../src/value/value.ts'
import { familyNames, operand, outcome } from './families.ts'

interface Recorded {
  readonly name: string
  readonly operands: readonly Value[]
  readonly line: string
  readonly want: string
}

function recorded(): readonly Recorded[] {
  const lines = readFileSync(fileURLToPath(new URL('opa-calls.jsonl', import.meta.url)), 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const entry = parseJson(line)
    if (!isArray(entry) || !isArray(entry[0] ?? null)) throw new TypeError('not a recorded call')
    const [name, ...operands] = entry[0] as readonly Value[]
    if (typeof name !== 'string') throw new TypeError('not a recorded call')
    return { name, operands: operands.map(operand), line, want: toJson(entry[1] ?? null) }
  })
}

const canonical = (json: string): string => toJson(parseJson(json))

// Each line is [[name, operand, …], outcome], the outcome printed by OPA 1.13.1 with strict built-in errors.
describe('what OPA answers to single calls', () => {
  const calls = recorded()

  it.each(familyNames.filter((name) => !['re_match', 'net.cidr_overlap', 'time.now_ns', 'rand.intn', 'rego.parse_module', 'uuid.rfc4122'].includes(name)))('%s', (name) => {
    const own = calls.filter((call) => call.name === name)
    expect(own.length).toBeGreaterThan(0)
    for (const { operands, want, line } of own) expect(canonical(outcome(name, operands)), line).toBe(want)
  })
})

describe('where OPA is not followed', () => {
  it.each([
    // 64 bits of mantissa in OPA
    ['bits.and', ['123456789012345678901234', '255'], '{"value":242}'],
    ['units.parse_bytes', ['"123456789012345678901234"'], '{"value":123456789012345678901234}'],
    // broken UTF-8 in OPA's text
    ['units.parse', ['"1é"'], '{"code":"eval_builtin_error","error":"units.parse: units.parse: unit é not recognized"}'],
    ['replace', ['"é"', '""', '"X"'], '{"value":"XéX"}'],
    // an endless loop in OPA
    ['semver.compare', ['"1.0.0-01"', '"1.0.0-1"'], '{"value":0}'],
    ['semver.compare', ['"1.0.0-a.01"', '"1.0.0-a.1.x"'], '{"value":-1}'],
    ['semver.compare', ['"1.0.0--0"', '"1.0.0--00"'], '{"value":-1}'],
    // numbers that take too many digits to be written out
    ['units.parse', ['"1e100000"'], '{"code":"eval_builtin_error","error":"units.parse: units.parse: exponent too large"}'],
  ] as const)('%s%j', (name, operands, want) => {
    expect(outcome(name, operands.map((text) => parseJson(text)))).toBe(want)
  })
})
