export { Tag, contextTag } from './tag.ts'
export { bitAt, DerReader } from './reader.ts'
export type { BitString, DerElement } from './reader.ts'
export { oidArcs, oidContent, oidText } from './oid.ts'
export { signedInteger, unsignedBytes, unsignedInteger } from './integer.ts'
export { derTime } from './time.ts'
export {
  der,
  derBits,
  derBoolean,
  derCertificateTime,
  derGeneralizedTime,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSetOf,
  derText,
} from './write.ts'
