/** The hash that a signature is over. */
export type SignatureHash = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** How something was signed. `other` is an algorithm that is not known; its object identifier says which. */
export type SignatureAlgorithm =
  | { readonly kind: 'rsa'; readonly padding: 'pkcs1' | 'pss'; readonly hash: SignatureHash }
  | { readonly kind: 'ecdsa'; readonly hash: SignatureHash }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'other'; readonly oid: string }
