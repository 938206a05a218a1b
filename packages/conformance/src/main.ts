import { compileGlob } from '@cilock/glob'
import { parseArguments } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import type { Case } from './case.ts'
import { readExpected } from './expected.ts'
import type { ExpectedFailure } from './expected.ts'
import { runCases } from './run-cases.ts'
import { suites } from './suites.ts'

/** Exit code 0: all did as expected; 1: some did not; 2: nothing was found to run, or the command line is wrong. */
async function main(args: readonly string[]): Promise<number> {
  let parsed: Arguments
  try {
    parsed = parseArguments(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nusage: npm run conformance -- KIND FOLDER… [--only GLOB] [--expected FILE] [--mode read|write|both]\nkinds: ${Object.keys(suites).join(', ')}`)
    return 2
  }
  const load = Object.hasOwn(suites, parsed.kind) ? suites[parsed.kind] : undefined
  if (load === undefined) {
    console.error(`no kind ${JSON.stringify(parsed.kind)}: expected one of ${Object.keys(suites).join(', ')}`)
    return 2
  }
  let expected: ReadonlyMap<string, ExpectedFailure>
  try {
    expected = parsed.expected === undefined ? new Map() : readExpected(parsed.expected)
  } catch (error) {
    console.error(`the list of expected failures cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return 2
  }
  let cases: readonly Case[]
  let chosen: readonly Case[]
  try {
    const suite = await load()
    cases = (await Promise.all(parsed.folders.map((folder) => suite(folder, parsed.mode)))).flat()
    chosen = choose(cases, parsed.only)
  } catch (error) {
    console.error(`the cases cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return 2
  }
  if (chosen.length === 0) {
    console.error(`no case of kind ${parsed.kind} in ${parsed.folders.join(', ')}${parsed.only === undefined ? '' : ` matches ${parsed.only}`}`)
    return 2
  }
  const complete = parsed.expected !== undefined && parsed.mode === 'both' && chosen.length === cases.length
  const tally = await runCases(chosen, expected, complete, (line) => console.log(line))
  if (parsed.expected !== undefined) console.log(`expected failures: ${tally.expected} of the passed ones failed as listed in ${parsed.expected}, which lists ${expected.size}`)
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
  return tally.failed === 0 ? 0 : 1
}

function choose(cases: readonly Case[], only: string | undefined): readonly Case[] {
  if (only === undefined) return cases
  const glob = compileGlob(only)
  return cases.filter(({ id, kind }) => glob.match(id) || glob.match(id.replace(/:.*$/, '')) || glob.match(kind))
}

process.exitCode = await main(process.argv.slice(2))
