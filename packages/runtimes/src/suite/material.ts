/** What the suite reads that is no program: JSON, so that it can be handed to a runtime without files. */
export interface Material {
  /** Public keys of the recordings, PEM by file name. */
  readonly publicKeys: Readonly<Record<string, string>>
  /** Private keys of the recordings, PEM by file name, some of them encrypted. */
  readonly privateKeys: Readonly<Record<string, string>>
  /** Certificates of the recordings, PEM by file name. */
  readonly certificates: Readonly<Record<string, string>>
  readonly passphrase: string
  readonly envelopes: readonly RecordedEnvelope[]
  /** Published cases about Merkle proofs, by path. */
  readonly proofs: Readonly<Record<string, string>>
}

/** An envelope that a Go tool wrote. */
export interface RecordedEnvelope {
  /** Case and file. */
  readonly name: string
  /** The envelope's bytes in base64: not every one of them is text. */
  readonly bytes: string
  /** The hash of its signers' key ids and signatures. */
  readonly hash: 'sha256' | 'sha384'
  /** The code with which it has to be refused. */
  readonly refusal?: string
}
