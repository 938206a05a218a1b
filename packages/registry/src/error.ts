import { CilockError } from '@cilock/core'

/** Why a registry, a layout or an archive did not give what it was asked for. Stable: match on these, never on messages. */
export type RegistryErrorCode =
  // text that is no reference, no name, no tag
  | 'ERR_REFERENCE_INVALID'
  // text that is no digest, or one of an algorithm that is not understood
  | 'ERR_DIGEST_INVALID'
  // there is no such manifest, blob or repository, as far as the registry says (404)
  | 'ERR_REGISTRY_NOT_FOUND'
  // it wants credentials, or other ones (401)
  | 'ERR_REGISTRY_UNAUTHORIZED'
  // these credentials may not (403)
  | 'ERR_REGISTRY_FORBIDDEN'
  // it stands against something that is there (409, 412)
  | 'ERR_REGISTRY_CONFLICT'
  // it refuses what was sent or asked for (any other 4xx)
  | 'ERR_REGISTRY_REFUSED'
  // too many requests (429), after all attempts
  | 'ERR_REGISTRY_RATE_LIMITED'
  // it failed (500), after all attempts
  | 'ERR_REGISTRY_FAILED'
  // it, or what stands before it, cannot answer now (408, other 5xx), after all attempts
  | 'ERR_REGISTRY_UNAVAILABLE'
  // a way to authenticate that must not be gone, or a token service that gives no token
  | 'ERR_REGISTRY_AUTH'
  // bytes that are not those of their digest or size
  | 'ERR_REGISTRY_INTEGRITY'
  // the registry said that it has stored something, and does not have it
  | 'ERR_REGISTRY_LOST'
  // an answer that is none: HTML, another shape of JSON, a header that is missing
  | 'ERR_REGISTRY_RESPONSE'
  // an upload that the registry sends elsewhere, or whose pieces it lost
  | 'ERR_REGISTRY_UPLOAD'
  // a manifest of a form that is not read: Docker's schema 1, something else
  | 'ERR_MANIFEST_UNSUPPORTED'
  // a manifest that contradicts itself or its media type
  | 'ERR_MANIFEST_INVALID'
  // an archive or layout that is none, or is broken
  | 'ERR_LAYOUT_INVALID'
  // a docker configuration or credential helper that cannot be used
  | 'ERR_CREDENTIALS'
  // more than the limits allow
  | 'ERR_LIMIT_EXCEEDED'
  | 'ERR_ABORTED'

/** What an error knows besides its code and message. */
export interface RegistryErrorDetails extends ErrorOptions {
  /** Of the answer, where it decided. */
  readonly status?: number
  /** The codes of the registry itself, such as `MANIFEST_UNKNOWN`. Default: none. */
  readonly registryCodes?: readonly string[]
}

/** Something that did not work. Lost connections, stalls and refused redirects are `HttpError`s of `@cilock/http`. */
export class RegistryError extends CilockError<RegistryErrorCode> {
  override readonly name: string = 'RegistryError'
  /** Of the answer, where it decided. */
  readonly status: number | undefined
  /** What the registry itself called it; not to be trusted. */
  readonly registryCodes: readonly string[]

  constructor(code: RegistryErrorCode, message: string, { status, registryCodes = [], ...options }: RegistryErrorDetails = {}) {
    super(code, message, options)
    this.status = status
    this.registryCodes = registryCodes
  }
}

/** Whether the registry said that there is no such thing, which nothing else may be taken for. */
export function isNotFound(error: unknown): error is RegistryError {
  return CilockError.is(error) && error.code === 'ERR_REGISTRY_NOT_FOUND'
}
