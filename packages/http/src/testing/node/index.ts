export { serveDouble } from './serve.ts'
export type { DoubleServer, ServeOptions } from './serve.ts'
