/** The hash functions of the platform seam; SHA-384 and SHA-512 serve signatures, runs use the first two. */
export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** A running hash; synchronous everywhere, so that reading evidence needs no promises. */
export interface Hash {
  update(data: Uint8Array): this
  /** Ends the hash; it takes no more data. */
  digest(): Uint8Array
}
