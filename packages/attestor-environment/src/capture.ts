import { compareUtf8 } from '@cilock/core'
import { nameMatcher } from '@cilock/glob'
import { sensitiveNames, sensitivePatterns } from './sensitive.ts'

/** What is written instead of a sensitive value. */
export const obfuscated = '******'

/** Which variables are captured, and what happens to those that hold secrets. */
export interface CaptureOptions {
  /** Leave sensitive variables out instead of writing `******` for their values. Default: false. */
  readonly filterSensitiveVars?: boolean
  /** Do not use the built-in list of sensitive names: every value that `addSensitiveKeys` does not name is recorded. Default: false. */
  readonly disableDefaultSensitiveVars?: boolean
  /**
   * Further sensitive names, compared without regard to case; one that has a `*` is a glob. Their values are hidden in
   * other variables too, from four bytes on.
   */
  readonly addSensitiveKeys?: readonly string[]
  /** Names that are recorded as they are although they look sensitive: exact, and case counts. */
  readonly allowSensitiveKeys?: readonly string[]
  /**
   * Capture these variables and no others: names, or globs where a `*` or `?` is in them, without regard to case.
   * Sensitive ones among them are still hidden. Default: capture all.
   */
  readonly captureAllowlist?: readonly string[]
}

/** Variables in, variables for the evidence out: sorted by the bytes of their names, secrets hidden. */
export type Capture = (env: Readonly<Record<string, string | undefined>>) => Readonly<Record<string, string>>

/**
 * Compiles the rules once; the result is what the environment attestor records, for others that record variables too.
 *
 * @throws GlobError `ERR_GLOB_INVALID` for a pattern that is no glob: a rule that cannot be read hides nothing.
 */
export function environmentCapture(options: CaptureOptions = {}): Capture {
  const builtIn = options.disableDefaultSensitiveVars === true ? [] : [...sensitivePatterns, ...sensitiveNames]
  const isSensitive = nameMatcher([...builtIn, ...(options.addSensitiveKeys ?? [])], { wildcards: '*' })
  const isAllowed = new Set(options.allowSensitiveKeys)
  const isCaptured = options.captureAllowlist === undefined ? () => true : nameMatcher(options.captureAllowlist)

  return (env) => {
    const variables: Record<string, string> = {}
    for (const name of Object.keys(env).toSorted(compareUtf8)) {
      const value = env[name]
      if (value === undefined || !isCaptured(name)) continue
      if (!isSensitive(name) || isAllowed.has(name)) set(variables, name, value)
      else if (options.filterSensitiveVars !== true) set(variables, name, obfuscated)
    }
    return variables
  }
}

/** A variable may be called `__proto__`. */
function set(record: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
}
