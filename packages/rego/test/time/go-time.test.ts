import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { zoneNamed } from '../../src/time/zone.ts'
import { answer, parseCases } from './go-cases.ts'

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const hasGo = (): boolean => {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe("what Go's time says", () => {
  it('is what this package says, for every recorded case', () => {
    // Printed by `go run oracle/main.go 7 1800`.
    const recorded = parseCases(readFileSync(file('go-cases.jsonl'), 'utf8'))
    for (const kind of ['format', 'parse', 'add', 'duration']) expect(recorded.filter(([own]) => own === kind).length, kind).toBeGreaterThan(150)
    for (const known of recorded) expect(answer(known)).toEqual(known)
  })

  it.skipIf(!hasGo())('is what this package says, for newly generated cases (needs the Go toolchain)', { timeout: 120_000 }, () => {
    const seed = Number(process.env['CILOCK_SEED'] ?? 20_260)
    const lines = execFileSync('go', ['run', file('oracle/main.go'), String(seed), '6000'], { encoding: 'utf8', maxBuffer: 1 << 26 })
    for (const known of parseCases(lines)) expect(answer(known), `seed ${seed}`).toEqual(known)
  })
})

describe('zones', () => {
  it.each(['europe/berlin', '+01:00', '../etc', '', 'Nowhere/X', '/UTC', '__proto__'])('there is none called %j', (name) => {
    expect(zoneNamed(name)).toBeUndefined()
  })

  it.each([
    ['America/New_York', 1_700_000_000, 'EST'],
    ['America/New_York', 1_690_000_000, 'EDT'],
    ['America/New_York', -319_487_286, 'EST'],
    ['Europe/Berlin', 1_700_000_000, 'CET'],
    ['Europe/London', 1_690_000_000, 'BST'],
    ['Asia/Kolkata', 1_700_000_000, 'IST'],
    ['Asia/Tokyo', 1_700_000_000, 'JST'],
    ['America/Sao_Paulo', 1_700_000_000, '-03'],
    ['Asia/Kathmandu', 1_700_000_000, '+0545'],
  ])('%s at %d is %s', (name, seconds, abbreviation) => {
    expect(zoneNamed(name)?.abbreviation(seconds)).toBe(abbreviation)
  })
})
