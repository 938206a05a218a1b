export { nodeFetch } from './node-fetch.ts'
export type { NodeFetchOptions } from './node-fetch.ts'
