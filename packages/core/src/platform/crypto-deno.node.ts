export { createHash, hashHex, hashInto, hashOnce } from './hash.node.ts'
export { keyPlatform } from './keys-deno.node.ts'
