import type { CheckValue } from '../report/report.ts'

// What checks hold is plain JSON whose form their code says; a report from elsewhere may hold anything, so nothing is taken for granted.

export function stringsOf(value: CheckValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly CheckValue[]).filter((each) => typeof each === 'string') : []
}

export function itemsOf(value: CheckValue | undefined): readonly CheckValue[] {
  return Array.isArray(value) ? value : []
}

export function memberOf(value: CheckValue | undefined, key: string): CheckValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined
  return (value as Readonly<Record<string, CheckValue>>)[key]
}

export function textOf(value: CheckValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The members of an object that are text. */
export function textsOf(value: CheckValue | undefined): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value as Readonly<Record<string, CheckValue>>).flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])))
}
