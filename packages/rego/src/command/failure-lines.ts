import type { Failure, RuleExplanation } from '../explain/explanation.ts'
import type { Value } from '../value/value.ts'
import { formatTerm } from '../value/format.ts'

/** Where a body failed and what it met there, and the same of what is behind that, each a step further in. */
export function failureLines({ location, text, bindings, values, error, member, rules }: Failure): readonly string[] {
  const behind = [
    ...values.map((one) => met(one.text, one.value)),
    ...(error === undefined ? [] : [error]),
    ...(member === undefined ? [] : [...Object.entries(member.bindings).filter(([name]) => !Object.hasOwn(bindings, name)).map(([name, value]) => met(name, value)), ...failureLines(member)]),
    ...rules.flatMap(ruleLines),
  ]
  return [`${location.file}:${location.row}: ${firstLine(text)}`, ...behind.map((line) => `  ${line}`)]
}

/** What a rule gave, or why it gave nothing. */
function ruleLines({ location, text, solutions, failure }: RuleExplanation): readonly string[] {
  if (failure !== undefined) return failureLines(failure)
  return solutions.map(({ value }) => `${location.file}:${location.row}: ${met(firstLine(text), value)}`)
}

function met(text: string, value: Value | undefined): string {
  return `${text} is ${value === undefined ? 'undefined' : formatTerm(value)}`
}

function firstLine(text: string): string {
  const [first = '', ...more] = text.split('\n')
  return more.length === 0 ? first : `${first} …`
}
