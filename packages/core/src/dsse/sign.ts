import { encodeUtf8 } from '../bytes/utf8.ts'
import { CilockError } from '../error.ts'
import type { Envelope, EnvelopeSignature, SignatureTimestamp } from './envelope.ts'
import { encodePae } from './pae.ts'
import type { Signer } from './signer.ts'

/** A timestamp authority: makes an RFC 3161 token over the bytes of a signature. */
export interface Timestamper {
  /** A timestamp of a raw signature. */
  timestamp(signature: Uint8Array): Promise<SignatureTimestamp>
}

/** What is signed, and by whom. */
export interface SignEnvelopeOptions {
  /** The bytes to sign. */
  readonly payload: Uint8Array
  /** `inTotoPayloadType` for statements. */
  readonly payloadType: string
  /** At least one; each gives one signature, in this order. */
  readonly signers: readonly Signer[]
  /** Each is asked for every signature. Default: none. */
  readonly timestampers?: readonly Timestamper[]
}

/**
 * Signs a payload as a DSSE envelope. One signer or timestamper that fails fails the whole.
 *
 * @throws CilockError `ERR_SIGNER_FAILED` with the signer's own error as cause
 * @example
 * const envelope = await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [await importSigner(pem)] })
 */
export async function signEnvelope({ payload, payloadType, signers, timestampers = [] }: SignEnvelopeOptions): Promise<Envelope> {
  if (signers.length === 0) throw new TypeError('signEnvelope needs at least one signer')
  const message = encodePae(payloadType, payload)
  const signatures: EnvelopeSignature[] = []
  for (const signer of signers) signatures.push(await signatureOf(signer, message, timestampers))
  // a view on what was signed: the caller may change its payload meanwhile, the envelope stays right
  return { payload: message.subarray(message.length - payload.length), payloadType, signatures }
}

async function signatureOf(signer: Signer, message: Uint8Array, timestampers: readonly Timestamper[]): Promise<EnvelopeSignature> {
  const sig = await guarded(`the signer ${signer.keyid}`, async () => signer.sign(message))
  if (!(sig instanceof Uint8Array) || sig.length === 0) {
    throw new CilockError('ERR_SIGNER_FAILED', `the signer ${signer.keyid} gave no signature bytes`)
  }
  const timestamps: SignatureTimestamp[] = []
  for (const timestamper of timestampers) timestamps.push(await guarded('a timestamper', async () => timestamper.timestamp(sig)))
  const { certificate, intermediates } = signer
  return {
    keyid: signer.keyid,
    sig,
    ...(certificate !== undefined && { certificate: encodeUtf8(certificate) }),
    // as in Go, issuers are nothing without the certificate that they issued
    ...(certificate !== undefined && intermediates !== undefined && { intermediates: intermediates.map((pem) => encodeUtf8(pem)) }),
    ...(timestamps.length > 0 && { timestamps }),
  }
}

async function guarded<T>(who: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new CilockError('ERR_SIGNER_FAILED', `${who} failed`, { cause })
  }
}
