/** Flags of cosign that have a value of their own; the others are switches. */
const valued: ReadonlySet<string> = new Set([
  '--key',
  '-a',
  '--type',
  '--policy',
  '-o',
  '--bundle',
  '--digest',
  '--digestAlg',
  '--signature-digest-algorithm',
  '--certificate-identity',
  '--certificate-identity-regexp',
  '--certificate-oidc-issuer',
  '--certificate-oidc-issuer-regexp',
  '--certificate-chain',
  '--certificate',
  '--ca-roots',
  '--ca-intermediates',
  '--trusted-root',
  '--predicate',
  '--statement',
  '--sign-container-identity',
  '--certificate-github-workflow-name',
  '--certificate-github-workflow-repository',
  '--certificate-github-workflow-ref',
  '--certificate-github-workflow-sha',
  '--certificate-github-workflow-trigger',
  '--output-key-prefix',
  '-k',
  '--dir',
  '--registry-referrers-mode',
])

/** A command line of cosign, taken apart. */
export interface Flags {
  readonly command: string
  readonly all: (name: string) => readonly string[]
  readonly one: (name: string) => string | undefined
  /** Given, and not with `=false`. */
  readonly has: (name: string) => boolean
  readonly rest: readonly string[]
}

export function parseFlags([, command = '', ...argv]: readonly string[]): Flags {
  const found = new Map<string, string[]>()
  const rest: string[] = []
  const queue = argv.values()
  for (const each of queue) {
    if (!each.startsWith('-') || each === '-') {
      rest.push(each)
      continue
    }
    const equals = each.indexOf('=')
    const name = equals < 0 ? each : each.slice(0, equals)
    const value = equals >= 0 ? each.slice(equals + 1) : valued.has(name) ? String(queue.next().value) : 'true'
    found.set(name, [...(found.get(name) ?? []), value])
  }
  const all = (name: string): readonly string[] => found.get(name) ?? []
  return { command, all, one: (name) => all(name).at(-1), has: (name) => found.has(name) && all(name).at(-1) !== 'false', rest }
}
