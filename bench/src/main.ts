// npm run bench -- [NAME …] [--write]
// Prints the ratios of all benches, or of those named; `--write` puts each into its section of bench/RESULTS.md. Ratios over
// their aim are marked, not failed: a busy machine is no fault of the code.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { benches } from './benches.ts'
import { withSections } from './results.ts'
import { tableOf } from './table.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } })
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}: expected ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}

const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores. Times are the best or the median of interleaved rounds; only the ratios carry over to another machine.`
const file = new URL('../RESULTS.md', import.meta.url)
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  console.error(`${name} …`)
  const { rows, note } = await bench()
  const text = [machine, ...(rows.length > 0 ? [tableOf(rows)] : []), ...(note === undefined ? [] : [note])].join('\n\n')
  console.log(`## ${name}\n\n${text}\n`)
  if (values.write) writeFileSync(file, withSections(existsSync(file) ? readFileSync(file, 'utf8') : '', new Map([[name, text]])))
}
