import type { Manifest } from '../content/manifest.ts'

/** What a registry called this version of a tag when it was read (RFC 9110, 8.8.3). */
const etags = new WeakMap<Manifest, string>()

/** Keeps the strong ones: a weak one fits no condition for writing (RFC 9110, 13.1.1). */
export function keepEtag(manifest: Manifest, etag: string | null): Manifest {
  if (etag !== null && /^"[\x21\x23-\x7e]*"$/.test(etag)) etags.set(manifest, etag)
  return manifest
}

/** What makes a registry that knows conditions write only over what was read; null: over nothing. */
export function conditionFor(replaces: Manifest | null | undefined): Readonly<Record<string, string>> {
  if (replaces === undefined) return {}
  if (replaces === null) return { 'if-none-match': '*' }
  const etag = etags.get(replaces)
  return etag === undefined ? {} : { 'if-match': etag }
}
