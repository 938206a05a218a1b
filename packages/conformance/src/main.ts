import { relative } from 'node:path'
import { compileGlob } from '@cilock/glob'
import { parseArguments } from './arguments.ts'
import type { Arguments } from './arguments.ts'
import type { Case } from './case.ts'
import { expectedOf } from './expected.ts'
import { runCases } from './run-cases.ts'
import type { Tally } from './run-cases.ts'
import { suites } from './suites.ts'

/** Exit code 0: all did as expected; 1: some did not; 2: nothing was found to run, or the command line is wrong. */
async function main(args: readonly string[]): Promise<number> {
  let parsed: Arguments
  try {
    parsed = parseArguments(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nusage: npm run conformance -- KIND FOLDER… [--only GLOB] [--expected FILE | --no-expected] [--mode read|write|both]\nkinds: ${Object.keys(suites).join(', ')}`)
    return 2
  }
  const load = Object.hasOwn(suites, parsed.kind) ? suites[parsed.kind] : undefined
  if (load === undefined) {
    console.error(`no kind ${JSON.stringify(parsed.kind)}: expected one of ${Object.keys(suites).join(', ')}`)
    return 2
  }
  let expected: ReturnType<typeof expectedOf>
  try {
    expected = expectedOf(parsed)
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
  // a list that was named is held against all cases; the one of the kind may also be about folders that were not
  const complete = parsed.expected !== 'checked in' && parsed.mode === 'both' && chosen.length === cases.length
  const tally = await runCases(chosen, expected?.list ?? new Map(), complete, (line) => console.log(line))
  if (expected !== undefined) console.log(expectedText(tally, relative(process.cwd(), expected.path), expected.list.size))
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
  return tally.failed === 0 ? 0 : 1
}

/** How many failed as they should, and why they should. */
function expectedText({ expected }: Tally, path: string, size: number): string {
  const counts = [...expected].map(([reason, count]) => `${String(count).padStart(6)}  ${reason}`)
  const total = [...expected.values()].reduce((sum, count) => sum + count, 0)
  return [`expected failures: ${total} of the passed ones failed as listed in ${path}, which lists ${size}${total === 0 ? '' : ':'}`, ...counts].join('\n')
}

function choose(cases: readonly Case[], only: string | undefined): readonly Case[] {
  if (only === undefined) return cases
  const glob = compileGlob(only)
  return cases.filter(({ id, kind }) => glob.match(id) || glob.match(id.replace(/:.*$/, '')) || glob.match(kind))
}

process.exitCode = await main(process.argv.slice(2))
