export { lintPolicy } from './lint-policy.ts'
export type { LintOptions } from './lint-policy.ts'
export type { LintCode, Severity } from './code.ts'
export type { LintFinding, LintFix, ModulePosition, PolicyEdit } from './finding.ts'
