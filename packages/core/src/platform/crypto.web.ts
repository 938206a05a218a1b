export { createHash, hashHex, hashOnce } from './hash.web.ts'
export { keyPlatform } from './keys.web.ts'
