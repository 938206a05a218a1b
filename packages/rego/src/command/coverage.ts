import type { Builtin } from '../builtins/builtin.ts'
import type { ModuleSource } from '../program.ts'
import { booleanType, functionType, numberType } from '../types/type.ts'
import { coverName, instrument } from './instrument.ts'
import { Ordered } from './output.ts'

/** Modules that report the lines they reach, and what they have reported. */
export interface Coverage {
  readonly modules: readonly ModuleSource[]
  readonly builtin: Builtin
  readonly report: () => Ordered
}

/** Prepares modules for a run with coverage. Modules that do not parse stay as they are, so that they are reported. */
export function coverage(modules: readonly (ModuleSource & { readonly source: string })[], version: 'v0' | 'v1'): Coverage {
  const files = modules.map(({ name, source }, file) => ({ name, source, made: instrument(source, file, version), reached: new Set<number>() }))
  return {
    modules: files.map(({ name, source, made }) => ({ name, source: made?.source ?? source })),
    builtin: {
      name: coverName,
      declaration: functionType([numberType, numberType], booleanType),
      call: (_context, file, row) => {
        files[Number(file)]?.reached.add(Number(row))
        return true
      },
    },
    report: () => summary(files.map(({ name, made, reached }) => ({ name, rows: made?.rows ?? new Set(), reached }))),
  }
}

interface FileLines {
  readonly name: string
  readonly rows: ReadonlySet<number>
  readonly reached: ReadonlySet<number>
}

function summary(files: readonly FileLines[]): Ordered {
  const counts = { covered: 0, missed: 0 }
  const entries = files.map(({ name, rows, reached }) => {
    const all = [...new Set([...rows, ...reached])].sort((a, b) => a - b)
    const covered = all.filter((row) => reached.has(row))
    const missed = all.filter((row) => !reached.has(row))
    counts.covered += covered.length
    counts.missed += missed.length
    const parts = [['covered', ranges(covered)] as const, ['not_covered', ranges(missed)] as const].filter(([, list]) => list.length > 0)
    return [name, new Ordered(...parts, ...totals(covered.length, missed.length))] as const
  })
  return new Ordered(['files', new Ordered(...entries)], ...totals(counts.covered, counts.missed))
}

function totals(covered: number, missed: number): readonly (readonly [string, number])[] {
  return [
    ['covered_lines', covered],
    ['not_covered_lines', missed],
    ['coverage', covered + missed === 0 ? 0 : (100 * covered) / (covered + missed)],
  ]
}

/** Runs of neighbouring lines. */
function ranges(rows: readonly number[]): readonly Ordered[] {
  const runs: { start: number; end: number }[] = []
  for (const row of rows) {
    const last = runs.at(-1)
    if (last?.end === row - 1) last.end = row
    else runs.push({ start: row, end: row })
  }
  return runs.map(({ start, end }) => new Ordered(['start', new Ordered(['row', start])], ['end', new Ordered(['row', end])]))
}
