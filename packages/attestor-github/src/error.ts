/** The codes of the github and github-action attestors besides core's. */
export type GithubErrorCode =
  // the environment is not that of a GitHub Actions job, or lacks what one has
  | 'ERR_NOT_IN_GITHUB_ACTIONS'
  // the token could not be had
  | 'ERR_TOKEN_REQUEST'
  // the issuer's keys could not be had
  | 'ERR_JWKS_REQUEST'
  // the token's signature, algorithm or key is not acceptable
  | 'ERR_TOKEN_SIGNATURE'
  // the token is of another issuer or audience, or not valid at this time
  | 'ERR_TOKEN_CLAIMS'
  // the token and the environment name different runs
  | 'ERR_TOKEN_MISMATCH'
  // the action's metadata is missing, broken, or of a kind that is not run here
  | 'ERR_ACTION_UNSUPPORTED'
  // a required input was not given
  | 'ERR_ACTION_INPUT_MISSING'
  // the action ended with another exit code than 0
  | 'ERR_ACTION_FAILED'
