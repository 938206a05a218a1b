// The static checks, in the order in which they are cheapest to fail.
import { must } from './run.mjs'

const steps = {
  generated: [['node', ['scripts/tsconfigs.mjs', '--check']], ['node', ['scripts/generate.mjs', '--check']]],
  types: [['tsc', ['-b']], ['tsc', ['-p', 'tsconfig.tests.json']]],
  lint: [['oxlint', ['--type-aware', '--quiet']]],
  unused: [['knip', ['--no-progress']]],
  packed: [['node', ['scripts/pack.mjs']]],
}

const only = process.argv.slice(2)
for (const [name, commands] of Object.entries(steps)) {
  if (only.length > 0 && !only.includes(name)) continue
  const began = Date.now()
  for (const [command, args] of commands) must(command, args)
  console.log(`check ${name}: ok (${((Date.now() - began) / 1000).toFixed(1)} s)`)
}
