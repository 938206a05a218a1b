import { decodeHex, sha256Hex } from '@cilock/core'
import { contextTag, der, DerReader, derOctets, derOid, derSequence, derSetOf, Tag } from '@cilock/der'
import { timestampOf, type MadeCertificate, type TimestampOptions } from '@cilock/testing/x509'

/** The elements of one level of a token, each with its tag and length; a change may give other bytes back. */
export type Change = (parts: readonly Uint8Array[]) => readonly Uint8Array[]

/** What of a token is changed, from the inside out; what is signed is signed again after its change. */
export interface Changes {
  /** TSTInfo: version, policy, imprint, serial number, time. */
  readonly info?: Change
  /** The signed attributes, in the order of DER. */
  readonly attributes?: Change
  /** SignerInfo: version, name, hash, attributes, algorithm, signature. */
  readonly signer?: Change
  /** SignedData: version, hashes, content, certificates, signers. */
  readonly data?: Change
}

const same: Change = (parts) => parts
const messageDigest = derOid('1.2.840.113549.1.9.4')

/** A token as an authority makes it, taken apart and put together again with changes that the authority itself has signed. */
export async function forged(message: Uint8Array, authority: MadeCertificate, options: TimestampOptions, changes: Changes): Promise<Uint8Array> {
  const { info: changeInfo = same, attributes: changeAttributes = same, signer: changeSigner = same, data: changeData = same } = changes
  const [type = nothing, explicit = nothing] = parts(await timestampOf(message, authority, options))
  const [version = nothing, hashes = nothing, encapsulated = nothing, certificates = nothing, signers = nothing] = parts(inside(explicit))
  const [contentType = nothing, content = nothing] = parts(encapsulated)
  const info = derSequence(...changeInfo(parts(inside(inside(content)))))
  const [signerVersion = nothing, id = nothing, hash = nothing, attributes = nothing, algorithm = nothing] = parts(inside(signers))
  const digested = parts(attributes).map((each) => (startsWith(inside(each), messageDigest) ? derSequence(messageDigest, derSetOf(derOctets(decodeHex(sha256Hex(info))))) : each))
  const listed = changeAttributes(parts(derSetOf(...digested)))
  const signature = await authority.key.signer.sign(der(Tag.set, ...listed))
  const signer = derSequence(...changeSigner([signerVersion, id, hash, der(contextTag(0, true), ...listed), algorithm, derOctets(signature)]))
  const data = [version, hashes, derSequence(contentType, der(contextTag(0, true), derOctets(info))), certificates, der(Tag.set, signer)]
  return derSequence(type, der(contextTag(0, true), derSequence(...changeData(data))))
}

const nothing = new Uint8Array()

/** What stands inside an element, under whatever tag. */
export function inside(element: Uint8Array): Uint8Array {
  return new DerReader(element).any()?.content ?? nothing
}

/** The elements inside an element. */
export function parts(element: Uint8Array): readonly Uint8Array[] {
  const reader = new DerReader(inside(element))
  const list: Uint8Array[] = []
  for (let next = reader.any(); next !== undefined; next = reader.any()) list.push(next.full)
  return list
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.every((byte, index) => bytes[index] === byte)
}
