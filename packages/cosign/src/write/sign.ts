import type { Signer } from '@cilock/core'
import { CosignError } from '../error.ts'

/** A signature of bytes; what a signer throws or does not give has a code. */
export async function signMessage(signer: Signer, message: Uint8Array): Promise<Uint8Array> {
  let sig: unknown
  try {
    sig = await signer.sign(message)
  } catch (cause) {
    throw new CosignError('ERR_SIGNER_FAILED', `the signer ${signer.keyid} failed`, { cause })
  }
  if (!(sig instanceof Uint8Array) || sig.length === 0) throw new CosignError('ERR_SIGNER_FAILED', `the signer ${signer.keyid} gave no signature bytes`)
  return sig
}
