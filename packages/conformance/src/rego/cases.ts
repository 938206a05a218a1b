import { compileCaseProblem, recordedDiagnosticsProblem } from './diagnostics.ts'
import { dialectOf, evaluationModes, evaluationProblem } from './evaluation.ts'
import { readLine, type Line } from './line.ts'
import { recordedProblem } from './recorded-evaluation.ts'
import { seedProblem } from './seeds.ts'

/** One line of a file, ready to be run; needs no Node. */
export interface RegoCase {
  readonly id: string
  readonly kind: string
  /** Undefined where it passes, else what is wrong. */
  readonly problem: () => string | undefined
}

/**
 * The cases in the text of one file. What a line is can be told from its keys; the dialect of OPA's suite stands in the
 * path of the file only.
 */
export function casesIn(path: string, text: string, readInput: (path: string) => string): readonly RegoCase[] {
  const known = new Map<string, number>()
  return text.split('\n').flatMap((row, index) => {
    if (row.trim() === '') return []
    const made = caseOf(path, index + 1, readLine(row), readInput)
    const times = (known.get(made.id) ?? 0) + 1
    known.set(made.id, times)
    return [times === 1 ? made : { ...made, id: `${made.id}#${times}` }]
  })
}

function caseOf(path: string, row: number, line: Line, readInput: (path: string) => string): RegoCase {
  const note = line.text('note') ?? `line ${row}`
  if (line.has('statement')) return { id: `seeds/${row}`, kind: 'seeds', problem: () => seedProblem(line) }
  if (line.has('want_errors')) {
    const name = line.text('case')
    if (name === undefined) return { id: `compile/${note}`, kind: 'compile', problem: () => compileCaseProblem(line) }
    return { id: `diagnostics/${name}`, kind: 'diagnostics', problem: () => recordedDiagnosticsProblem(line) }
  }
  if (line.has('rego_version')) return { id: `recorded/${note}`, kind: 'recorded', problem: () => recordedProblem(line, readInput) }
  const version = path.split(/[/\\]/).findLast((part) => part === 'v0' || part === 'v1') ?? dialectOf(line)
  return { id: `${version}/${note}`, kind: version, problem: () => problemInAnyMode(line, version === 'v0' ? 'v0' : 'v1') }
}

/** A case passes when it does in every mode. */
function problemInAnyMode(line: Line, version: 'v0' | 'v1'): string | undefined {
  for (const mode of evaluationModes(version, line)) {
    const problem = evaluationProblem(line, mode)
    if (problem !== undefined) return `${mode.name}: ${problem}`
  }
  return undefined
}
