/** The codes that statuses stand for, written down a second time. */
const codes: Readonly<Record<number, string>> = {
  400: 'ERR_REGISTRY_REFUSED',
  401: 'ERR_REGISTRY_UNAUTHORIZED',
  403: 'ERR_REGISTRY_FORBIDDEN',
  404: 'ERR_REGISTRY_NOT_FOUND',
  405: 'ERR_REGISTRY_REFUSED',
  409: 'ERR_REGISTRY_CONFLICT',
  412: 'ERR_REGISTRY_CONFLICT',
  413: 'ERR_REGISTRY_REFUSED',
  415: 'ERR_REGISTRY_REFUSED',
  416: 'ERR_REGISTRY_REFUSED',
  429: 'ERR_REGISTRY_RATE_LIMITED',
  500: 'ERR_REGISTRY_FAILED',
  503: 'ERR_REGISTRY_UNAVAILABLE',
}

/** What our client says of an answer; undefined: it is taken. */
export function codeOf(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined
  return status === 0 ? 'ERR_HTTP_NETWORK' : (codes[status] ?? `an error for ${status}`)
}

/** Where what stood in between spoilt the answer: what our client says, and of which requests. */
export const spoilt: Readonly<Record<string, { readonly path: RegExp; readonly code: string }>> = {
  'fault-503-always': { path: /manifests/, code: 'ERR_REGISTRY_UNAVAILABLE' },
  // nobody is there in this recording, since crane did not go there; no credentials go along
  'fault-blob-redirect-crane': { path: /blobs/, code: 'ERR_HTTP_NETWORK' },
  'fault-html': { path: /manifests/, code: 'ERR_REGISTRY_RESPONSE' },
  'fault-schema1': { path: /manifests/, code: 'ERR_MANIFEST_UNSUPPORTED' },
  'fault-truncated-blob': { path: /blobs/, code: 'ERR_REGISTRY_INTEGRITY' },
  'fault-wrong-blob': { path: /blobs/, code: 'ERR_REGISTRY_INTEGRITY' },
  'fault-wrong-manifest': { path: /manifests/, code: 'ERR_REGISTRY_INTEGRITY' },
}

/** What our client does not even send, whatever the registry would say of it. */
export const notSent: Readonly<Record<string, string>> = {
  'blob-bad-digest': 'ERR_DIGEST_INVALID',
  'manifest-put-bad-name': 'ERR_REFERENCE_INVALID',
  'manifest-put-bad-tag': 'ERR_REFERENCE_INVALID',
  'manifest-put-not-json': 'ERR_MANIFEST_INVALID',
  'manifest-put-type-mismatch': 'ERR_MANIFEST_INVALID',
  'referrers-bad-digest': 'ERR_DIGEST_INVALID',
  'referrers-tag': 'ERR_DIGEST_INVALID',
}
