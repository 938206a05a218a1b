export { createHash } from './hash.node.ts'
export { keyPlatform } from './keys.node.ts'
