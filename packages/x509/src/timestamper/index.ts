export { httpTimestamper } from './http-timestamper.ts'
export type { HttpTimestamperOptions } from './http-timestamper.ts'
