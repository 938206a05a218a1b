import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goArgument } from '../../src/gofmt/argument.ts'
import { formatDouble } from '../../src/gofmt/double.ts'
import { sprintf } from '../../src/gofmt/sprintf.ts'
import { RegoNumber } from '../../src/value/number.ts'
import { RegoSet } from '../../src/value/set.ts'
import { answer, parseCases } from './go-cases.ts'

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const free = (): void => {}

const hasGo = (): boolean => {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe("what Go's fmt prints", () => {
  it('is what this one prints, for every recorded case', () => {
    // Printed by `go run oracle/main.go 7 2000`.
    const recorded = parseCases(readFileSync(file('go-cases.jsonl'), 'utf8'))
    expect(recorded.length).toBeGreaterThan(1900)
    for (const known of recorded) expect(answer(known), JSON.stringify(known.format)).toBe(known.result)
  })

  it.skipIf(!hasGo())('is what this one prints, for newly generated cases (needs the Go toolchain)', { timeout: 120_000 }, () => {
    const seed = Number(process.env['CILOCK_SEED'] ?? 20_260)
    const lines = execFileSync('go', ['run', file('oracle/main.go'), String(seed), '10000'], { encoding: 'utf8', maxBuffer: 1 << 27 })
    for (const known of parseCases(lines)) expect(answer(known), `seed ${seed}: ${JSON.stringify(known.format)}`).toBe(known.result)
  })
})

describe('arguments', () => {
  it.each([
    [1, 'int'],
    [new RegoNumber('9223372036854775807'), 'int'],
    [new RegoNumber('9223372036854775808'), '*big.Int'],
    [new RegoNumber('1.0'), 'float64'],
    [new RegoNumber('1e3'), 'float64'],
    [new RegoNumber('1e400'), 'string'],
    ['a', 'string'],
    [null, 'string'],
    [true, 'string'],
    [[1, 'a'], 'string'],
    [RegoSet.of([1]), 'string'],
  ] as const)('%j is handed on as %s', (value, type) => {
    expect(goArgument(value).type).toBe(type)
  })

  it('prints composites as terms', () => {
    expect(sprintf('%v %v', [goArgument([1, 'a', null]), goArgument(RegoSet.of(['b', 'a']))], free)).toBe('[1, "a", null] {"a", "b"}')
  })
})

describe('limits', () => {
  it('asks before a long text is built', () => {
    const lengths: number[] = []
    const refuse = (length: number): void => {
      lengths.push(length)
      if (length > 100_000) throw new RangeError('too long')
    }
    expect(() => sprintf('%999999d', [goArgument(1)], refuse)).toThrow('too long')
    expect(() => sprintf('%.999999d', [goArgument(1)], refuse)).toThrow('too long')
    expect(Math.max(...lengths)).toBe(999_999)
  })
})

describe('doubles', () => {
  it('read back what was printed with the fewest digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        for (const format of ['e', 'f', 'g'] as const) expect(Number(formatDouble(value, format, -1))).toBe(value)
      }),
    )
  })

  it('are written out to the last digit of the exact value', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1e15, noNaN: true }), (value) => {
        expect(Number(formatDouble(value, 'f', 60))).toBe(value)
      }),
    )
  })
})
