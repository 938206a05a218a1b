export { fileContext, productContext, temporaryFolder } from './files.ts'
export type { After, ProductContextOptions } from './files.ts'
