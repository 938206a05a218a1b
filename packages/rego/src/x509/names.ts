/** Whether Go's parser accepts a domain name (or, with `constraint`, a name constraint, which may begin with a dot). */
export function isDomainName(name: string, constraint: boolean): boolean {
  if (name === '') return true
  const text = constraint && name.startsWith('.') ? name.slice(1) : name
  return text.split('.').every((label) => /^[!-~]+$/.test(label))
}

export interface Mailbox {
  readonly local: string
  readonly domain: string
}

/** A mailbox of RFC 2821 as Go's verifier reads it. */
export function parseMailbox(text: string): Mailbox | undefined {
  const quoted = text.startsWith('"')
  let local = ''
  let at = quoted ? 1 : 0
  if (quoted) {
    for (;;) {
      const char = text[at++]
      if (char === undefined) return undefined
      if (char === '"') break
      if (char === '\\') {
        const next = text[at++]
        if (next === undefined || /[\0\n\r]/.test(next) || next > '\u007f') return undefined
        local += next
      } else if (/[\0\t\n\r]/.test(char) || char > '\u007f') return undefined
      else local += char
    }
  } else {
    while (at < text.length) {
      if (text[at] === '\\') at++
      const char = text[at]
      if (char === undefined) return undefined
      if (!/[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]/.test(char) && text[at - 1] !== '\\') break
      local += char
      at++
    }
    if (local === '' || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined
  }
  if (text[at] !== '@') return undefined
  const domain = text.slice(at + 1)
  const labels = domain === '' ? [] : domain.split('.')
  if (labels.some((label) => !/^[!-~]+$/.test(label))) return undefined
  return { local, domain }
}
