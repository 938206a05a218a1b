/** What recording files can end with besides core's codes. Stable: match on these, never on messages. */
export type FilesErrorCode =
  // links that lead to each other
  | 'ERR_SYMLINK_LOOP'
  // a directory is to be recorded as one digest, which material and product v0.3 cannot hold
  | 'ERR_DIRHASH_UNSUPPORTED'
  // the run's algorithms leave out SHA-256, which material and product v0.3 are made of
  | 'ERR_SHA256_REQUIRED'
