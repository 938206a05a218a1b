export { processContext } from './context.ts'
export { fileSource } from './file-source.ts'
