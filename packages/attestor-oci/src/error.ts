import type { ArchiveErrorCode } from '@cilock/archive'

/** The codes of this package, besides those of `@cilock/core`. */
export type OciErrorCode =
  // no product is a tar, or the product named is none
  | 'ERR_OCI_TAR_MISSING'
  // a tar that is cut, whose headers are broken, or that readers of tars read differently
  | 'ERR_OCI_TAR_INVALID'
  // a tar without manifest.json, or with one that lists no image
  | 'ERR_OCI_MANIFEST_MISSING'
  // an OCI image layout, which this attestor does not read
  | 'ERR_OCI_LAYOUT'
  // a configuration or layer that manifest.json names is not in the archive
  | 'ERR_OCI_ENTRY_MISSING'
  // manifest.json, a configuration or a layer stands there twice: readers would take different ones
  | 'ERR_OCI_ENTRY_DUPLICATE'
  // an entry that has to be a file is something else, or a link that leads nowhere
  | 'ERR_OCI_ENTRY_INVALID'
  // a compressed layer that does not decompress
  | 'ERR_OCI_LAYER_INVALID'
  // the layers are not those that the image's configuration lists
  | 'ERR_OCI_DIFF_ID_MISMATCH'
  // an entry whose name is a digest has other content
  | 'ERR_OCI_DIGEST_MISMATCH'

/** What archives are refused with, in the codes of this package. */
const own: Readonly<Record<ArchiveErrorCode, OciErrorCode | 'ERR_LIMIT_EXCEEDED'>> = {
  ERR_TAR_INVALID: 'ERR_OCI_TAR_INVALID',
  ERR_ENTRY_MISSING: 'ERR_OCI_ENTRY_MISSING',
  ERR_ENTRY_DUPLICATE: 'ERR_OCI_ENTRY_DUPLICATE',
  ERR_ENTRY_INVALID: 'ERR_OCI_ENTRY_INVALID',
  ERR_COMPRESSION_INVALID: 'ERR_OCI_LAYER_INVALID',
  ERR_LIMIT_EXCEEDED: 'ERR_LIMIT_EXCEEDED',
}

/** Whatever code an error has, as this package says it. */
export function ownCode(code: string): string {
  return Object.hasOwn(own, code) ? own[code as ArchiveErrorCode] : code
}
