// Rehearses a release, from the versions to the user: what would be published is made as the release workflow makes it,
// published to a registry on this machine that knows nothing else, installed from there by name in an empty folder, and
// used by `import`, by `require`, from the command line and under several compilers.
//   node scripts/rehearsal/main.mjs [--keep]
// One line for each, with its version. Ends with 1 when one is red. `--keep` leaves the folder.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsumer } from './consumer.mjs'
import { checkTypes, compilers } from './compilers.mjs'
import { thirdParty } from './third-party.mjs'
import { nodes } from './nodes.mjs'
import { programsOf, runProgram } from './programs.mjs'
import { publishRelease } from './publish.mjs'
import { startRegistry } from './registry.mjs'
import { releaseTree } from './release-tree.mjs'
import { must, row, tally } from './rows.mjs'

const folder = mkdtempSync(join(tmpdir(), 'cilock-rehearsal-'))
let registry
process.on('exit', () => {
  registry?.stop()
  if (process.argv.includes('--keep')) console.log(`kept in ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
})
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) process.on(signal, () => process.exit(code))

const tree = await must('the release', () => releaseTree(join(folder, 'tree')))
registry = await must('a registry', () => startRegistry(join(folder, 'registry')))
await must('libraries of others', () => thirdParty(tree, registry, join(folder, 'third-party')))
const release = await must('published', () => publishRelease(tree, registry))

const consumer = createConsumer(join(folder, 'consumer'), registry)
await must('installed by name', () => consumer.install(['@cilock/sdk'], release))
const programs = await must('programs of the pages', () => programsOf(tree, consumer))
const runtimes = await must('Node', nodes)
for (const node of runtimes) for (const program of programs) await row(`${program.name}, Node`, () => runProgram(program, node, consumer))

await must('installed by name', () => consumer.install([...release.names, '@types/node'], release))
for (const node of runtimes) await row('cilock, Node', () => consumer.command(node, release))
for (const compiler of compilers) await row(`types of every export, TypeScript ${compiler.version}:`, () => checkTypes(compiler, release, consumer, programs))

tally()
