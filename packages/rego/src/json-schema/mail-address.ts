import { parseIp } from '../url/ip.ts'

const atom = "[^\\u0000-\\u0020\\u007f()<>[\\]:;@\\\\,.\"]+"
const dotAtom = new RegExp(`^${atom}(?:\\.${atom})*`, 'u')
const quoted = /^"(?:[\t -!#-[\]-\u{10ffff}]|\\[\t -\u{10ffff}])*"/u
const space = /^[ \t]*(?:\((?:[^()\\]|\\.)*\)[ \t]*)*/u

/** One address as Go's `mail.ParseAddress` takes it: `a@b.c`, `Name <a@b.c>`, with comments. Groups are none. */
export function isMailAddress(text: string): boolean {
  const start = text.replace(/^[ \t]+/, '')
  const plain = address(start)
  if (plain !== undefined && skip(plain) === '') return true
  let rest = start
  for (;;) {
    const word = quoted.exec(rest)?.[0] ?? dotAtom.exec(rest)?.[0]
    if (word === undefined) break
    rest = skip(rest.slice(word.length))
  }
  if (!rest.startsWith('<')) return false
  const bracketed = address(skip(rest.slice(1)))
  return bracketed?.startsWith('>') === true && skip(bracketed.slice(1)) === ''
}

/** What follows `local@domain`; Go takes no comments inside. */
function address(text: string): string | undefined {
  const local = quoted.exec(text)?.[0] ?? dotAtom.exec(text)?.[0]
  if (local === undefined || local === '""') return undefined
  const rest = text.slice(local.length)
  if (!rest.startsWith('@')) return undefined
  const domain = rest.slice(1).replace(/^[ \t]+/, '')
  if (domain.startsWith('[')) {
    const end = domain.indexOf(']')
    return end !== -1 && parseIp(domain.slice(1, end).replace(/^IPv6:/, '')) !== undefined ? domain.slice(end + 1) : undefined
  }
  const name = dotAtom.exec(domain)?.[0]
  return name === undefined ? undefined : domain.slice(name.length)
}

function skip(text: string): string {
  return text.slice(space.exec(text)?.[0].length ?? 0)
}
