export { createHash } from './hash.web.ts'
