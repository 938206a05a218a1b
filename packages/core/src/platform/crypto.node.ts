export { createHash } from './hash.node.ts'
