export { createHash, hashHex, hashInto, hashOnce } from './hash.web.ts'
export { keyPlatform } from './keys.web.ts'
