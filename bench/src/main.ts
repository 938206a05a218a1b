// npm run bench -- [NAME …] [--write]
// Prints the ratios of all benches, or of those named; `--write` puts all of them into bench/RESULTS.md. Ratios over
// their aim are marked, not failed: a busy machine is no fault of the code.
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { benches } from './benches.ts'
import type { Row } from './row.ts'
import { tableOf } from './table.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } })
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0 || (values.write && positionals.length > 0)) {
  console.error(unknown.length > 0 ? `no bench ${unknown.join(', ')}: expected ${Object.keys(benches).join(', ')}` : '--write writes all benches: name none')
  process.exit(2)
}

const rows: Row[] = []
const notes: string[] = []
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.error(`${name} …`)
  const outcome = await bench()
  rows.push(...outcome.rows)
  if (outcome.note !== undefined) notes.push(`## ${name}\n\n${outcome.note}`)
}

const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores. Times are the best or the median of interleaved rounds; only the ratios carry over to another machine.`
const text = [machine, tableOf(rows), ...notes].join('\n\n')
console.log(text)
if (values.write) writeFileSync(new URL('../RESULTS.md', import.meta.url), `# Results of \`npm run bench -- --write\`\n\n${text}\n`)
