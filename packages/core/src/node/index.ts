export { processContext } from './context.ts'
export { fileSource } from './file-source.ts'
export { readSigner, readVerifier } from './key-file.ts'
export type { ReadSignerOptions } from './key-file.ts'
