import { compileGlob, GlobError } from '@cilock/glob'

/** What Go's unicode.IsPrint turns down: such a constraint is refused whatever a certificate says. */
export function isPrintable(text: string): boolean {
  return !/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(text)
}

/** Whether CI/lock reads a constraint as a pattern, in which `*` also takes dots and slashes. */
export function isPattern(constraint: string): boolean {
  return /[*?{[]/.test(constraint)
}

/** Whether a text matches a pattern. One that cannot be read matches nothing. */
export function matchesPattern(pattern: string, text: string): boolean {
  try {
    return compileGlob(pattern).match(text)
  } catch (error) {
    if (error instanceof GlobError) return false
    throw error
  }
}
