import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { runtimes } from '../src/runtimes.ts'
import { supportTable } from '../src/support-table.ts'

// What the table says is what `npm run runtimes` holds each runtime against.
it('stands in docs/runtimes.md as the suite has it', () => {
  expect(readFileSync(fileURLToPath(new URL('../../../docs/runtimes.md', import.meta.url)), 'utf8')).toContain(`\n${supportTable(runtimes)}\n`)
})
