import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
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

describe("what Go's regexp says", () => {
  // Printed by `go run oracle/main.go 7 2500`: matches with all groups, splitting, replacing, and the errors.
  const recorded = parseCases(readFileSync(file('go-cases.jsonl'), 'utf8'))

  it('is what this engine says, for every recorded case', () => {
    expect(recorded.length).toBe(2500)
    expect(recorded.filter((known) => known.length === 2).length).toBeGreaterThan(300)
    for (const known of recorded) expect(answer(known)).toEqual(known)
  })

  it.skipIf(!hasGo())('is what this engine says, for newly generated cases (needs the Go toolchain)', { timeout: 120_000 }, () => {
    const seed = Number(process.env['CILOCK_SEED'] ?? 20_260)
    const lines = execFileSync('go', ['run', file('oracle/main.go'), String(seed), '6000'], { encoding: 'utf8', maxBuffer: 1 << 26 })
    for (const known of parseCases(lines)) expect(answer(known), `seed ${seed}`).toEqual(known)
  })
})
