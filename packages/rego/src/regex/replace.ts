import { codePointAt, width } from './position.ts'
import type { Regex, Spend } from './regex.ts'
import type { Captures } from './simulate.ts'

/** Made when it is first used: a literal is checked while a module loads, and its tables of Unicode take a while then. */
let groupReference: RegExp | undefined

function groupName(): RegExp {
  groupReference ??= new RegExp(String.raw`^(?:\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))`, 'u')
  return groupReference
}

/** Start and end of the group a reference names: a number, or a name (of several with one name, the first that matched). */
function slots(regex: Regex, captures: Captures, name: string): readonly [number, number] | undefined {
  const indices = /^(?:0|[1-9]\d{0,8})$/.test(name) ? [Number(name)] : regex.groupNames.flatMap((known, index) => (known === name ? [index] : []))
  for (const index of indices) {
    const start = captures[index * 2]
    const end = captures[index * 2 + 1]
    if (start !== undefined && end !== undefined) return [start, end]
  }
  return undefined
}

/** Fills `$1`, `$name`, `${name}` and `$$` of a template, as Go's `Regexp.Expand`; what names no group is empty. */
export function expand(regex: Regex, template: string, text: string, captures: Captures): string {
  let out = ''
  let at = 0
  for (;;) {
    const dollar = template.indexOf('$', at)
    if (dollar < 0) return out + template.slice(at)
    out += template.slice(at, dollar)
    at = dollar + 1
    if (template[at] === '$') {
      out += '$'
      at++
      continue
    }
    const reference = groupName().exec(template.slice(at))
    if (reference === null) {
      out += '$'
      continue
    }
    at += reference[0].length
    const found = slots(regex, captures, reference[1] ?? reference[2] ?? '')
    if (found !== undefined) out += text.slice(found[0], found[1])
  }
}

/** Replaces every match by the filled template, as Go's `Regexp.ReplaceAllString`; `check` is asked about each new length. */
export function replaceAll(regex: Regex, text: string, template: string, spend: Spend, check: (length: number) => void): string {
  const simple = !template.includes('$')
  let out = ''
  let copied = 0
  let at = 0
  while (at <= text.length) {
    const captures = simple ? regex.find(text, at, spend) : regex.capture(text, at, spend)
    if (captures === undefined) break
    const [start = 0, end = 0] = captures
    out += text.slice(copied, start)
    // An empty match right after another one does not count.
    if (end > copied || start === 0) {
      const filled = simple ? template : expand(regex, template, text, captures)
      spend(filled.length)
      check(out.length + filled.length)
      out += filled
    }
    copied = end
    at = Math.max(end, at + width(codePointAt(text, at)))
  }
  return out + text.slice(copied)
}
