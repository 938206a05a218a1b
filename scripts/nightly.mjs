// What takes longer than each change may: the differential tests of Rego and of verdicts at length, and every recorded case through the
// public API. Stops at the first red. What needs something this machine lacks says so by name.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from './packages.mjs'
import { attempt, must } from './run.mjs'

const vectors = resolve(root, process.env.CILOCK_VECTORS ?? '../shared/vectors')
const program = (file, ...args) => ['scripts/ts.mjs', file, ...args]
// a list that is named has to fit all cases: what stands there in vain is an error
const expected = (name) => ['--expected', join('packages', 'conformance', 'expected', `${name}.json`)]
const recorded = (kind, folders, ...args) => {
  const there = folders.map((folder) => join(vectors, folder))
  return there.every((folder) => existsSync(folder)) ? program('packages/conformance/src/main.ts', kind, ...there, ...args) : undefined
}

const steps = [
  { name: 'Rego against OPA, 5,000 programs', run: program('packages/rego/fuzz/main.ts', '5000', String(seed())) },
  { name: 'generated worlds against cilock and witness, 2,000', run: program('packages/conformance/fuzz/main.ts', '2000', '1') },
  { name: 'recorded evidence, read and made again', run: recorded('evidence', ['golden/evidence'], ...expected('evidence')) },
  { name: 'recorded evidence of the tutorial, read and written', run: recorded('evidence', ['golden/evidence'], '--only', 'tutorial-*') },
  { name: 'recorded verifications', run: recorded('verify', ['golden/verify'], ...expected('verify')) },
  { name: "OPA's suite, recorded policies and diagnostics", run: recorded('rego', ['opa', 'golden/rego'], ...expected('rego')) },
  { name: 'recorded conversations with Archivista', run: recorded('archivista', ['golden/archivista'], ...expected('archivista')) },
  { name: 'recorded states of cosign', run: recorded('cosign', ['golden/cosign'], ...expected('cosign')) },
  { name: 'recorded conversations with registries', run: recorded('registry', ['golden/registry']) },
]

for (const { name, run } of steps) {
  console.log(`\n== ${name}`)
  if (run === undefined) {
    console.log('SKIPPED: needs the recordings (set CILOCK_VECTORS)')
    continue
  }
  const began = Date.now()
  must('node', run)
  console.log(`nightly: ${name}: ok (${((Date.now() - began) / 1000).toFixed(0)} s)`)
}

/** Another seed each day, the same for all who look at one commit: the number of commits. */
function seed() {
  const { status, stdout } = attempt('git', ['rev-list', '--count', 'HEAD'], { quiet: true })
  return status === 0 ? Number(stdout) * 10_000 : 1
}
