// npm run runtimes -- [--without NAME …] [--packed]
import { parseArgs } from 'node:util'
import { judge } from './judge.ts'
import { readMaterial } from './material/read-material.ts'
import { makeConsumer } from './run/consumer.ts'
import type { Consumer } from './run/consumer.ts'
import { runChromium } from './run/in-chromium.ts'
import { runProcess } from './run/in-process.ts'
import { runWorkerd } from './run/in-workerd.ts'
import { runtimes } from './runtimes.ts'
import type { Runtime } from './runtimes.ts'
import type { RuntimeReport } from './entry/report.ts'
import type { Outcome } from './suite/check.ts'
import { rowOf } from './row.ts'

const { values } = parseArgs({ options: { without: { type: 'string', multiple: true, default: [] }, packed: { type: 'boolean', default: false } } })
// what the others are held against always runs
const others = runtimes.slice(1)
const unknown = values.without.filter((id) => !others.some((runtime) => runtime.id === id))
if (unknown.length > 0) {
  console.error(`--without takes ${others.map(({ id }) => id).join(', ')}, not ${unknown.join(', ')}`)
  process.exit(2)
}

const { material, missing } = readMaterial()
for (const part of missing) console.log(`SKIPPED: needs ${part} (set CILOCK_VECTORS)`)
const consumer = await makeConsumer(material, { isPacked: values.packed })
let first: readonly Outcome[] | undefined
let red = false
try {
  for (const runtime of runtimes) {
    if (values.without.includes(runtime.id)) console.log(`${runtime.name}: SKIPPED by --without ${runtime.id}`)
    else await one(runtime)
  }
} finally {
  consumer.remove()
}
process.exit(red ? 1 : 0)

async function one(runtime: Runtime): Promise<void> {
  const began = Date.now()
  try {
    const { agent, outcomes } = await run(runtime, consumer)
    const verdict = judge(runtime, outcomes, first ?? outcomes)
    // a first runtime that is wrong by itself is no measure for others, but they still say what they say
    first ??= outcomes
    console.log(rowOf(runtime, agent, outcomes, verdict, Date.now() - began))
    for (const fault of verdict.faults.slice(0, 20)) console.error(`  ${fault}`)
    if (verdict.faults.length > 20) console.error(`  … and ${verdict.faults.length - 20} more`)
    if (verdict.faults.length > 0) red = true
  } catch (error) {
    red = true
    console.error(`${runtime.name}: FAILED: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function run({ id }: Runtime, consumer: Consumer): Promise<RuntimeReport> {
  if (id === 'workerd') return runWorkerd(consumer)
  if (id === 'chromium') return runChromium(consumer)
  return runProcess(id, consumer)
}
