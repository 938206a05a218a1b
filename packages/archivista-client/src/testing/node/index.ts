export { serveArchivista } from './serve.ts'
export type { ArchivistaServer } from './serve.ts'
