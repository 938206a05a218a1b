/** An RFC 3161 token over the bytes of a signature; `type` is `tsp`, `data` the DER of the TimeStampToken. */
export interface SignatureTimestamp {
  readonly type: string
  readonly data: Uint8Array
}

/** One signature with the extensions that witness and CI/lock add to DSSE. */
export interface EnvelopeSignature {
  /** A hint; never decides anything. */
  readonly keyid: string
  readonly sig: Uint8Array
  /** PEM text of the signer's certificate, as bytes. */
  readonly certificate?: Uint8Array
  /** PEM text of one certificate each. */
  readonly intermediates?: readonly Uint8Array[]
  readonly timestamps?: readonly SignatureTimestamp[]
}

/** A DSSE envelope. `payload` holds the very bytes that were signed. */
export interface Envelope {
  readonly payload: Uint8Array
  readonly payloadType: string
  readonly signatures: readonly EnvelopeSignature[]
}

/** The payload type of in-toto statements. */
export const inTotoPayloadType = 'application/vnd.in-toto+json'
