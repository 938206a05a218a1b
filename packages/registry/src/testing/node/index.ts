export { serveRegistry } from './serve.ts'
export type { RegistryServer } from './serve.ts'
