/** One way in which a registry wants to be convinced (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, string>
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const parameter = new RegExp(`\\s*(${token})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token.slice(0, -2)}/:]+))\\s*`, 'y')
const scheme = new RegExp(`[\\s,]*(${token})(?=\\s|,|$)`, 'y')
const comma = /\s*,\s*/y

/** Reads `WWW-Authenticate`, which may hold several challenges; what cannot be read ends the list. */
export function parseChallenges(header: string | null): readonly Challenge[] {
  const text = (header ?? '').slice(0, 16_384)
  const challenges: Challenge[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  for (let name = take(scheme); name !== null; name = take(scheme)) {
    const parameters = new Map<string, string>()
    for (;;) {
      const before = at
      const found = take(parameter)
      if (found === null) break
      const key = (found[1] ?? '').toLowerCase()
      // the first one counts, so that nothing behind it can replace it
      if (!parameters.has(key)) parameters.set(key, (found[2] ?? found[3] ?? '').replaceAll(/\\(.)/g, '$1'))
      if (take(comma) === null) break
      if (at === before) break
    }
    challenges.push({ scheme: (name[1] ?? '').toLowerCase(), parameters })
  }
  return challenges
}
