import type { Flags } from './flag.ts'

/** Whether a store is to be asked; its client is loaded for those who do. */
export function asksForArchivista(flags: Flags): boolean {
  return flags.bool('enable-archivista') || flags.bool('enable-archivist')
}
