import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** The rows of the catalogue of cases that a verifier of policies has to get right (`policy` §8): T1 to T223. */
const rows = 223

const packages = fileURLToPath(new URL('../../', import.meta.url))

function testsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : testsBelow(path)
    return entry.name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : []
  })
}

/** Numbers in the titles of tests: `T7: …`, `T10 to T13: …`, `T29, T205: …`. */
function named(source: string): readonly number[] {
  return [...source.matchAll(/(['"`])((?:T\d+(?:, | and | to )?)+)(?::|\1)/g)].flatMap(([, , title = '']) =>
    [...title.matchAll(/T(\d+)(?: to T(\d+))?/g)].flatMap(([, from = '', to = from]) => Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index)),
  )
}

describe('the catalogue', () => {
  it('has a test for every row, named after it', () => {
    const all = new Set(readdirSync(packages).flatMap((name) => (readdirSync(`${packages}/${name}`).includes('test') ? testsBelow(`${packages}/${name}/test`) : [])).flatMap(named))
    const missing = Array.from({ length: rows }, (_, index) => index + 1).filter((row) => !all.has(row))
    expect(missing.map((row) => `T${row}`)).toEqual([])
  })
})
