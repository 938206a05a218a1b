export { createHash, hashHex, hashOnce } from './hash.node.ts'
export { keyPlatform } from './keys-deno.node.ts'
