export { git } from './git.node.ts'
export { gitType } from './type.ts'
export type { GitErrorCode } from './error.ts'
export type { GitPredicate, GitStatus, GitTag } from './predicate.ts'
