import { quote } from '../value/format.ts'
import { builtinError } from './operands.ts'

const quoteMeta = (text: string): string => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)

/** A template such as `urn:foo:{.*}` as a pattern, and each part between delimiters, which must be one by itself. */
export function regexTemplate(template: string, start: string, end: string): { readonly pattern: string; readonly variables: readonly string[] } {
  const startLength = new TextEncoder().encode(start).length
  const endLength = new TextEncoder().encode(end).length
  if (startLength !== 1) throw builtinError(`start delimiter has to be exactly one character long but is ${startLength} long`)
  // OPA tells the other delimiter's length here.
  if (endLength !== 1) throw builtinError(`end delimiter has to be exactly one character long but is ${startLength} long`)
  let pattern = '^'
  const variables: string[] = []
  let level = 0
  let opened = 0
  let copied = 0
  for (let at = 0; at < template.length; at++) {
    if (template[at] === start) {
      if (++level === 1) opened = at
    } else if (template[at] === end) {
      if (--level < 0) break
      if (level === 0) {
        const variable = template.slice(opened + 1, at)
        variables.push(`^${variable}$`)
        pattern += `${quoteMeta(template.slice(copied, opened))}(${variable})`
        copied = at + 1
      }
    }
  }
  if (level !== 0) throw builtinError(`unbalanced braces in ${quote(template)}`)
  return { pattern: `${pattern}${quoteMeta(template.slice(copied))}$`, variables }
}
