import { CilockError } from '@cilock/core'

/** Why an archive could not be read or written. Stable: match on these, never on messages. */
export type ArchiveErrorCode =
  // a tar that is cut, or whose headers are broken
  | 'ERR_TAR_INVALID'
  // an entry that is not there
  | 'ERR_ENTRY_MISSING'
  // an entry that stands there twice: readers would take different ones
  | 'ERR_ENTRY_DUPLICATE'
  // an entry that has to be a file is something else, a link that leads nowhere, or content that is not as long as it says
  | 'ERR_ENTRY_INVALID'
  // gzip or zstd that is cut or broken, or needs what is not there
  | 'ERR_COMPRESSION_INVALID'
  // more than the limits allow
  | 'ERR_LIMIT_EXCEEDED'

/** An archive that could not be read or written. */
export class ArchiveError extends CilockError<ArchiveErrorCode> {
  override readonly name: string = 'ArchiveError'
}
