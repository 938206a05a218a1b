export { directorySource } from './directory.ts'
export type { DirectorySourceOptions } from './directory.ts'
