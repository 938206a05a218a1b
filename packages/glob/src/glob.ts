import { literalMatcher } from './literals.ts'
import { programMatcher } from './program.ts'
import { parse } from './syntax.ts'

/** A compiled pattern. */
export interface Glob {
  /** The pattern as it was given. */
  readonly pattern: string
  /** Whether the whole of `text` matches, case-sensitively. Linear in its length; never throws. */
  readonly match: (text: string) => boolean
}

/** How a pattern is read. */
export interface GlobOptions {
  /**
   * Characters that `*` and `?` do not take, one character each. Default: none, so that `*` takes `/` as well and
   * means the same as `**`.
   */
  readonly separators?: readonly string[]
}

/**
 * Compiles a pattern of the dialect that CI/lock and OPA use (gobwas/glob v0.2.3).
 *
 * `*` is any run without a separator, `**` any run, `?` one character that is no separator, `[abc]` and `[!abc]` one
 * of a list or none of it, `[a-z]` and `[!a-z]` a range, `{a,b}` alternatives (they may nest), and a backslash takes
 * the next character as it is. Classes take separators too. A name that begins with a dot is nothing special.
 *
 * @throws GlobError `ERR_GLOB_INVALID` (with the offset) for a pattern outside of the dialect, `ERR_GLOB_TOO_LONG` for
 * one of more than 10,000 characters.
 * @throws TypeError when a separator is not exactly one character.
 *
 * @example
 * ```ts
 * import { compileGlob } from '@cilock/glob'
 *
 * compileGlob('*.{json,xml}').match('out/bom.json') // true: no separators, so * takes the slash
 * compileGlob('*.json', { separators: ['/'] }).match('out/bom.json') // false
 * ```
 */
export function compileGlob(pattern: string, options: GlobOptions = {}): Glob {
  const separators = new Set((options.separators ?? []).map(separatorPoint))
  const nodes = parse(pattern)
  return { pattern, match: literalMatcher(nodes, separators.size > 0) ?? programMatcher(nodes, separators) }
}

/** A pattern that matches exactly `text`: every character that means something in a pattern is escaped. */
export function quoteGlob(text: string): string {
  return text.replaceAll(/[*?\\[\]{}]/g, String.raw`\$&`)
}

function separatorPoint(separator: string): number {
  const [first, ...more] = separator
  const code = first?.codePointAt(0)
  if (code === undefined || more.length > 0) {
    throw new TypeError(`a separator is exactly one character, found ${JSON.stringify(separator)}`)
  }
  return code
}
