import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

/** Rows of the catalogue of what a verifier of policies has to decide: T1 to T223. */
const rows = 223

const packages = fileURLToPath(new URL('../../', import.meta.url))

it('the catalogue of policies: each row is a test that is named after it', () => {
  const named = new Set<number>()
  for (const name of readdirSync(packages)) for (const file of testsIn(`${packages}${name}/test`)) for (const row of rowsIn(readFileSync(file, 'utf8'))) named.add(row)
  const missing = Array.from({ length: rows }, (_, index) => index + 1).filter((row) => !named.has(row))
  expect(missing.map((row) => `T${row}`)).toEqual([])
  expect([...named].filter((row) => row < 1 || row > rows)).toEqual([])
})

it('the catalogue of policies: a row in a comment, or within other words, is no test', () => {
  expect(rowsIn(`// T7: said\nit('T1, T2: two', …)\nit('about T9')\nit.each([['T10', a]])('%s', …)\nit('T11–T13: three')`)).toEqual([1, 2, 10, 11, 12, 13])
})

function testsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.ts')).map((path) => `${folder}/${path}`)
  } catch {
    return []
  }
}

/** The rows at the beginning of texts: `T1: …`, `T1, T2: …`, `T1–T3: …`, or a row alone where a table names its tests. */
function rowsIn(source: string): readonly number[] {
  const titles = source.matchAll(/['"`](T\d+(?:(?:, |–)T\d+)*)(?::|['"`])/g)
  return [...titles].flatMap(([, title = '']) => title.split(', ').flatMap((part) => range(part.split('–').map((row) => Number(row.slice(1))))))
}

function range([first = 0, last = first]: readonly number[]): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
