export { runCli } from './cli.ts'
export type { CliErrorCode } from './error.ts'
export type { CliIo, Output } from './io.ts'
