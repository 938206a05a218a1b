// What is wrong with a policy before anything is held against it.
export { lintPolicy } from '@cilock/policy/lint'
export type { LintCode, LintFinding, LintFix, LintOptions, Severity } from '@cilock/policy/lint'
