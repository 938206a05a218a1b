/**
 * A remote's URL without credentials. Go removes them only from what parses as a URL, so that a space or a `%` in a
 * password brings all of it into the evidence; here everything up to the last `@` of the authority goes, whatever it is.
 * The user of the scp form (`git@host:path`) is kept, as it is no secret, unless a password stands beside it.
 */
export function redactRemote(url: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(url)?.[0]
  if (scheme !== undefined) {
    const rest = url.slice(scheme.length)
    // Go prints a URL's scheme in lower case
    return scheme.toLowerCase() + withoutUser(rest, endOfAuthority(rest))
  }
  const at = url.lastIndexOf('@', endOfScpHost(url))
  return at !== -1 && url.slice(0, at).includes(':') ? url.slice(at + 1) : url
}

/** A password may hold `/`, `?` and `#` unescaped; then the last `@` of all decides, unless what stands before the path is a host and its port. */
function endOfAuthority(rest: string): number {
  const slash = rest.search(/[/?#]/)
  if (slash === -1) return rest.length
  const before = rest.slice(0, slash)
  return before.includes(':') && !before.includes('@') && !isHostAndPort(before) ? rest.length : slash
}

/** With more than one colon it is a user, and the begin of a password that happens to end in digits there. */
function isHostAndPort(text: string): boolean {
  const port = /^(?:[^:]*|\[[^\]]*\]):(\d{1,5})$/.exec(text)?.[1]
  return port !== undefined && Number(port) <= 65_535
}

function withoutUser(rest: string, end: number): string {
  const at = rest.lastIndexOf('@', end - 1)
  return at === -1 ? rest : rest.slice(at + 1)
}

/** Where the path begins, unless a host follows further on: then what came so far was a user and the password. */
function endOfScpHost(url: string): number {
  const slash = url.indexOf('/')
  if (slash === -1) return url.length
  return /^[^/@]*:/.test(url) && /@[^/@:]+:[^@]*$/.test(url) ? url.length : slash
}
