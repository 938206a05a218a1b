import { canRun, suiteName } from '../test/oracle/judge.ts'
import { quotas, runWorlds } from './run.ts'

// node scripts/ts.mjs packages/conformance/fuzz/main.ts [COUNT] [SEED] [--show N]
const [count = '100', seed = '1'] = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument))
const show = Number(process.argv[process.argv.indexOf('--show') + 1] ?? 10) || 10
if (canRun) {
  const began = Date.now()
  const outcome = await runWorlds(Number(seed), Number(count))
  const { worlds, passes, causes, faults, known, disagreements } = outcome
  const sorted = (map: ReadonlyMap<string, number>): string => [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, times]) => `${name} ${times}`).join(', ')
  console.log(`${worlds} worlds from seed ${seed} in ${((Date.now() - began) / 1000).toFixed(0)} s`)
  console.log(`passed: ${passes} (${((100 * passes) / worlds).toFixed(1)} %); quota: 30 %`)
  console.log(`distinct first causes: ${causes.size}; quota: 25: ${sorted(causes)}`)
  console.log(`faults: ${faults.size}: ${sorted(faults)}`)
  console.log(`understood differences: ${sorted(known)}`)
  console.log(`disagreements: ${disagreements.length}`)
  for (const { between, judged } of disagreements.slice(0, show)) {
    const { plan, faults, ...verdicts } = judged
    console.log(`\n--- ${between}, seed ${plan.seed}, ${faults.join(', ')}\n${JSON.stringify(plan)}`)
    for (const [name, { passed, cause }] of Object.entries(verdicts)) console.log(`${name}: ${passed ? 'passed' : `refused: ${cause}`}`)
  }
  const missed = quotas(outcome)
  for (const quota of missed) console.log(`MISSED: ${quota}`)
  process.exitCode = disagreements.length === 0 && missed.length === 0 ? 0 : 1
} else {
  console.log(suiteName(''))
}
