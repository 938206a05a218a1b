import { findOpa } from './oracle.ts'
import { runCases, unreached } from './run.ts'

// node scripts/ts.mjs packages/rego/fuzz/main.ts [COUNT] [SEED] [--show N]
const [count = '300', seed = '1'] = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument))
const show = Number(process.argv[process.argv.indexOf('--show') + 1] ?? 10) || 10
const opa = findOpa()
if (opa === undefined) {
  console.log('SKIPPED: the differential test of Rego needs tools/go-oracles with opa 1.13.1 (linux/amd64)')
} else {
  const began = Date.now()
  const outcome = await runCases(opa, Number(seed), Number(count))
  const share = (part: number): string => `${part} (${((100 * part) / outcome.cases).toFixed(1)} %)`
  const { compile, evaluate } = outcome.errors
  console.log(`${outcome.cases} cases from seed ${seed} in ${((Date.now() - began) / 1000).toFixed(1)} s`)
  console.log(`defined and not empty: ${share(outcome.nonEmpty)}; quota: a third`)
  console.log(`errors: ${share(compile + evaluate)}, ${compile} of them compiling; quota: a tenth`)
  console.log(`empty: ${share(outcome.empty)}; OPA panicked: ${outcome.crashes}`)
  console.log([...outcome.used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, times]) => `${name} ${times}`).join(', '))
  const missing = unreached(outcome)
  console.log(missing.length === 0 ? 'every construct and built-in was reached' : `never reached: ${missing.join(', ')}`)
  for (const [name, times] of outcome.known) console.log(`understood: ${name}, ${times}`)
  console.log(`disagreements: ${outcome.disagreements.length}`)
  for (const { case: { seed: at, dialect, source, input }, reason } of outcome.disagreements.slice(0, show)) {
    console.log(`\n--- seed ${at} (${dialect})\n${source}\ninput: ${input}\n${reason}`)
  }
  const enough = outcome.nonEmpty * 3 >= outcome.cases && (compile + evaluate) * 10 >= outcome.cases && missing.length === 0
  process.exitCode = outcome.disagreements.length === 0 && enough ? 0 : 1
}
