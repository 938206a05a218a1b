import type { RepositoryName } from '../reference.ts'

/** What one proves oneself with. Never shown in a message. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** What a token service gives tokens for (OAuth2 refresh token). One that knows no OAuth2 is shown it as a password, with the user's name. */
  | { readonly kind: 'identity-token'; readonly token: string; readonly username?: string }
  /** A bearer token for the registry itself. */
  | { readonly kind: 'registry-token'; readonly token: string }

/** Finds the credentials for a repository. Asked only when the registry has asked for some; undefined: anonymously. */
export type CredentialProvider = (name: RepositoryName, options: { readonly signal: AbortSignal | undefined }) => Promise<Credentials | undefined>
