import { compareUtf8 } from '@cilock/core'
import { isArray, isObject, objectGet, RegoError, RegoSet, toJson } from '@cilock/rego'
import type { EvaluateOptions, Location, Program, RuleExplanation, Value } from '@cilock/rego'
import type { CheckValue } from '../report/report.ts'
import { checkValueOf } from './check-value.ts'
import type { PlacedModule } from './placed-module.ts'
import type { Denial, DenialSource } from './rego-rules.ts'

/** Sources of one reason that are told; more say the same once more. */
const mostSources = 10

/** Which rule and row each reason comes from, and with which values; sorted, each reason once. */
export function explainDenials(program: Program, ref: string, options: EvaluateOptions, members: readonly Value[], modules: readonly PlacedModule[]): readonly Denial[] {
  const sources = sourcesByReason(program, ref, options, modules)
  const reasons = [...new Set(members.map(reasonText))].sort(compareUtf8)
  return reasons.map((reason) => ({ reason, sources: [...(sources.get(reason) ?? new Map<string, DenialSource>()).entries()].sort(([a], [b]) => compareUtf8(a, b)).slice(0, mostSources).map(([, source]) => source) }))
}

function sourcesByReason(program: Program, ref: string, options: EvaluateOptions, modules: readonly PlacedModule[]): ReadonlyMap<string, ReadonlyMap<string, DenialSource>> {
  const found = new Map<string, Map<string, DenialSource>>()
  for (const rule of rulesOf(program, ref, options)) {
    const input = inputOf(rule, options.input, modules)
    for (const { value, key, bindings } of rule.solutions) {
      const values = Object.fromEntries(Object.entries(bindings).sort(([a], [b]) => compareUtf8(a, b)).map(([name, bound]) => [name, checkValueOf(bound)]))
      const source: DenialSource = { module: rule.location.file, rule: rule.path, row: rule.location.row, values, input }
      for (const reason of reasonsOf(value, key)) {
        const known = found.get(reason) ?? new Map<string, DenialSource>()
        found.set(reason, known)
        known.set(`${source.module}\n${String(source.row).padStart(9, '0')}\n${JSON.stringify(source.values)}`, source)
      }
    }
  }
  return found
}

/** A denial stands whether or not it can be explained within the limits. */
function rulesOf(program: Program, ref: string, options: EvaluateOptions): readonly RuleExplanation[] {
  try {
    return program.explain(ref, options).rules
  } catch (error) {
    if (RegoError.is(error)) return []
    throw error
  }
}

/** What one solution adds to the answer: the key of an object, else a member, or all members of a whole collection. */
function reasonsOf(value: Value, key: readonly Value[]): readonly string[] {
  const [name] = key
  if (name !== undefined) return [reasonText(name), reasonText(value)]
  if (value instanceof RegoSet) return [...value.values(), value].map(reasonText)
  if (isArray(value)) return [...value, value].map(reasonText)
  return [reasonText(value)]
}

/** What the rule reads of the input by paths that stand in it as text. */
function inputOf({ location }: RuleExplanation, input: Value | undefined, modules: readonly PlacedModule[]): Readonly<Record<string, CheckValue>> {
  const outline = modules.find(({ name }) => name === location.file)?.outline
  if (outline === undefined || input === undefined) return {}
  const next = Math.min(...outline.rules.map((rule) => rule.location.offset).filter((offset) => offset > location.offset), Number.POSITIVE_INFINITY)
  const within = ({ offset }: Location): boolean => offset >= location.offset && offset < next
  const seen = new Map<string, CheckValue>()
  for (const { path, location: at } of outline.inputs) {
    if (path.length === 0 || !within(at)) continue
    const value = valueAt(input, path)
    if (value !== undefined) seen.set(['input', ...path].join('.'), checkValueOf(value))
  }
  return Object.fromEntries([...seen].sort(([a], [b]) => compareUtf8(a, b)))
}

function valueAt(input: Value, path: readonly string[]): Value | undefined {
  let at: Value | undefined = input
  for (const key of path) {
    if (at === undefined || !isObject(at)) return undefined
    at = objectGet(at, key)
  }
  return at
}

/** A reason as text; what is none is shown as JSON. */
function reasonText(value: Value): string {
  return typeof value === 'string' ? value : toJson(value)
}
