// What takes longer than each change may: the differential test of Rego at length, and every recorded case through the
// public API. Stops at the first red. What needs something this machine lacks says so by name.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from './packages.mjs'
import { attempt, must } from './run.mjs'

const vectors = resolve(root, process.env.CILOCK_VECTORS ?? '../shared/vectors')
const program = (file, ...args) => ['node', ['scripts/ts.mjs', file, ...args]]
const expected = (name) => ['--expected', join('packages', 'conformance', 'expected', `${name}.json`)]
const recorded = (kind, ...args) => {
  const folder = join(vectors, 'golden', kind)
  return existsSync(folder) ? program('packages/conformance/src/main.ts', kind, folder, ...args) : undefined
}

const steps = [
  ['Rego against OPA, 5,000 programs', program('packages/rego/fuzz/main.ts', '5000', String(seed()))],
  ['recorded evidence, read', recorded('evidence', '--mode', 'read', ...expected('evidence-read'))],
  ['recorded evidence of the tutorial, read and written', recorded('evidence', '--only', 'tutorial-*')],
  ['recorded verifications', recorded('verify', ...expected('verify'))],
]

for (const [name, step] of steps) {
  console.log(`\n== ${name}`)
  if (step === undefined) {
    console.log('SKIPPED: needs the recordings (set CILOCK_VECTORS)')
    continue
  }
  const began = Date.now()
  must(...step)
  console.log(`nightly: ${name}: ok (${((Date.now() - began) / 1000).toFixed(0)} s)`)
}

/** Another seed each day, the same for all who look at one commit: the number of commits. */
function seed() {
  const { status, stdout } = attempt('git', ['rev-list', '--count', 'HEAD'], { quiet: true })
  return status === 0 ? Number(stdout) * 10_000 : 1
}
