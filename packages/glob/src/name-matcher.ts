import { compileGlob } from './glob.ts'
import type { Glob } from './glob.ts'

/** Which characters make an entry a pattern. */
export interface NameMatcherOptions {
  /** An entry that has one of these characters is a glob, any other is one name. Default: `*?`. */
  readonly wildcards?: string
}

/**
 * A function that says whether a name, of an environment variable for instance, is one of the entries or matches one that
 * is a glob. Letter case never counts.
 *
 * @throws GlobError `ERR_GLOB_INVALID`, `ERR_GLOB_TOO_LONG`
 *
 * @example
 * const isHidden = nameMatcher(['DEPLOY_PIN', 'ACME_*'])
 * isHidden('acme_login') // true
 */
export function nameMatcher(entries: readonly string[], { wildcards = '*?' }: NameMatcherOptions = {}): (name: string) => boolean {
  const exact = new Set<string>()
  const globs: Glob[] = []
  for (const entry of entries.map((entry) => entry.toUpperCase())) {
    if (Array.from(wildcards).some((wildcard) => entry.includes(wildcard))) globs.push(compileGlob(entry))
    else exact.add(entry)
  }
  return (name) => {
    const upper = name.toUpperCase()
    return exact.has(upper) || globs.some((glob) => glob.match(upper))
  }
}
