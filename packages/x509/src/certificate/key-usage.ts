/** The bits of the key usage extension, in their order. */
export const keyUsages = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

/** What a key may be used for, by RFC 5280's names. */
export type KeyUsage = (typeof keyUsages)[number]
