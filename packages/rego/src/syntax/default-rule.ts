import { isVar, partsOf, type Head, type Term } from './ast.ts'
import { kindName, printTerm } from './print.ts'

/** Why a head cannot be that of a default rule: its value must be constant, its arguments different variables. */
export function defaultProblems({ value, args }: Head): readonly string[] {
  if (value === undefined) return ['illegal default rule (must have a value)']
  const problems = inValue(value)
  return problems.length > 0 ? problems : inArguments(args ?? [])
}

function inValue({ value }: Term): readonly string[] {
  switch (value.kind) {
    case 'ref':
    case 'var':
    case 'call':
      return [`illegal default rule (value cannot contain ${value.kind})`]
    case 'array':
    case 'set':
    case 'object':
      return value.levels > 0 ? [] : partsOf(value).flatMap(inValue)
    case 'templatestring':
      return value.parts.flatMap((part) => ('form' in part ? part.terms.flatMap(inValue) : []))
    default:
      return []
  }
}

function inArguments(args: readonly Term[]): readonly string[] {
  const seen = new Set<string>()
  return args.flatMap((arg) => {
    if (!isVar(arg)) return [`illegal default rule (arguments cannot contain ${kindName(arg)})`]
    if (seen.has(arg.value.name)) return [`illegal default rule (arguments cannot be repeated ${printTerm(arg)})`]
    seen.add(arg.value.name)
    return []
  })
}
