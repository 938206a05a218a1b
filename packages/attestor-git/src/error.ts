/** The codes of the git attestor besides core's. */
export type GitErrorCode =
  // the working directory lies in no repository that can be read
  | 'ERR_NOT_A_REPOSITORY'
  // a repository of a kind that the predicate cannot describe
  | 'ERR_REPOSITORY_UNSUPPORTED'
  // an object or reference is missing or broken
  | 'ERR_REPOSITORY_BROKEN'
  // the git program could not tell the status
  | 'ERR_GIT_FAILED'
