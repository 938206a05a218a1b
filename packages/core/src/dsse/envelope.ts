/** An RFC 3161 token over the bytes of a signature; `type` is `tsp`, `data` the DER of the TimeStampToken. */
export interface SignatureTimestamp {
  /** The kind of timestamp: `tsp` for RFC 3161. */
  readonly type: string
  /** The timestamp itself. */
  readonly data: Uint8Array
}

/** One signature with the extensions that witness and CI/lock add to DSSE. */
export interface EnvelopeSignature {
  /** A hint; never decides anything. */
  readonly keyid: string
  /** The raw signature. */
  readonly sig: Uint8Array
  /** PEM text of the signer's certificate, as bytes. */
  readonly certificate?: Uint8Array
  /** PEM text of one certificate each. */
  readonly intermediates?: readonly Uint8Array[]
  /** When it was made, by those who can tell. */
  readonly timestamps?: readonly SignatureTimestamp[]
}

/** A DSSE envelope. `payload` holds the very bytes that were signed. */
export interface Envelope {
  /** The bytes that were signed. */
  readonly payload: Uint8Array
  /** What the payload is; signed with it. */
  readonly payloadType: string
  /** Who signed. An empty list is an unsigned envelope. */
  readonly signatures: readonly EnvelopeSignature[]
}

/** The payload type of in-toto statements. */
export const inTotoPayloadType = 'application/vnd.in-toto+json'
