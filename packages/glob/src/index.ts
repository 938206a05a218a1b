export { compileGlob, quoteGlob } from './glob.ts'
export type { Glob, GlobOptions } from './glob.ts'
export { GlobError } from './error.ts'
export type { GlobErrorCode } from './error.ts'
