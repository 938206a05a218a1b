export { readTar } from './read-tar.ts'
export type { ReadTarOptions, TarEntry } from './read-tar.ts'
export { gunzip } from './gunzip.ts'
