export { createHash } from './hash.web.ts'
export { keyPlatform } from './keys.web.ts'
