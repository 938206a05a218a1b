import type { CertificateIdentity } from '@cilock/x509'
import type { FunctionaryMembers, StepMembers } from '../document/members.ts'
import type { PolicyKey } from '../document/keys.ts'
import { below } from '../document/reader.ts'
import { failed, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, CheckValue } from '../report/report.ts'
import { constraintMismatch, constrains } from '../trust/cert-constraint.ts'
import type { ConstraintMismatch } from '../trust/cert-constraint.ts'
import { describeIdentity, identityValue } from '../trust/identity.ts'
import type { VerifyRules } from '../verify-rules.ts'
import type { Ruling } from './ruling.ts'
import { checkSignedTime } from './signed-time.ts'

/** Who signed. */
interface Signed {
  /** Key ids, of raw keys and of certificates. */
  readonly signers: readonly string[]
  readonly identities: readonly CertificateIdentity[]
}

/** What asks, and where it stands in the policy. */
interface Asking {
  readonly owner: string
  readonly pointer: string
}

type Asked = Pick<StepMembers, 'functionaries' | 'timestampConstraint'>

/** Whether one of those who signed is one of those who may, and signed when it may. */
export function checkSigners(signed: Signed, { functionaries = [], timestampConstraint }: Asked, { policy, rules, now }: Ruling, { owner, pointer }: Asking): readonly Check[] {
  const place = below(pointer, 'functionaries')
  const subject: CheckSubject = { code: 'functionary', place: inPolicy(place), expected: functionaries.map(wantedOf) }
  const matches = functionaries.map((functionary, index) => matchFunctionary(functionary, index, signed, policy.keys, rules))
  const check = outcome(signed, functionaries, matches, subject, owner)
  if (timestampConstraint === undefined) return [check]
  const identities = matches.flatMap(({ identities: some }) => some)
  return [check, checkSignedTime(identities, check, timestampConstraint, now, below(pointer, 'timestampConstraint'))]
}

/** What one functionary says to those who signed. */
interface Match {
  readonly index: number
  /** The signer that it is. */
  readonly keyid?: string
  /** Those of the certificates that fit. */
  readonly identities: readonly CertificateIdentity[]
  /** For each certificate that does not: the field that is another. */
  readonly mismatches: readonly { readonly identity: CertificateIdentity; readonly mismatch: ConstraintMismatch }[]
  /** Why a key that is named does not count. */
  readonly reason?: string
}

function matchFunctionary({ publickeyid = '', certConstraint }: FunctionaryMembers, index: number, { signers, identities }: Signed, keys: readonly PolicyKey[], rules: VerifyRules): Match {
  const key = publickeyid === '' ? undefined : keyidOf(publickeyid, signers, identities, keys)
  const byKey = identities.filter(({ keyid }) => keyid === key)
  if (key !== undefined && !(rules.constraintWithKeyId && constrains(certConstraint))) return { index, keyid: key, identities: byKey, mismatches: [] }
  const candidates = key === undefined ? identities : byKey
  const judged = candidates.map((identity) => ({ identity, mismatch: constraintMismatch(certConstraint ?? {}, identity, rules) }))
  const fitting = judged.filter(({ mismatch }) => mismatch === undefined).map(({ identity }) => identity)
  const mismatches = judged.flatMap(({ identity, mismatch }) => (mismatch === undefined ? [] : [{ identity, mismatch }]))
  const [first] = fitting
  if (first !== undefined) return { index, keyid: first.keyid, identities: fitting, mismatches }
  const needsCertificate = key !== undefined && byKey.length === 0
  return { index, identities: [], mismatches, ...(needsCertificate && { reason: 'a certificate constraint beside the key id holds for no raw key' }) }
}

/** The id of a signer whom a functionary names by key: one of the policy's keys, by any of its names, or the key of a certificate. */
function keyidOf(publickeyid: string, signers: readonly string[], identities: readonly CertificateIdentity[], keys: readonly PolicyKey[]): string | undefined {
  const known = keys.find(({ keyid, names }) => signers.includes(keyid) && names.includes(publickeyid))
  return known?.keyid ?? identities.find(({ keyid }) => keyid === publickeyid)?.keyid
}

function outcome({ signers, identities }: Signed, functionaries: readonly FunctionaryMembers[], matches: readonly Match[], subject: CheckSubject, owner: string): Check {
  if (signers.length === 0) return notEvaluated(subject, 'no signature verifies, so there is no signer')
  const found = matches.find(({ keyid }) => keyid !== undefined)
  if (found?.keyid !== undefined) {
    const [identity] = found.identities
    const who = identity === undefined ? `the functionary ${short(functionaries[found.index]?.publickeyid ?? found.keyid)}` : `a functionary: ${describeIdentity(identity.certificate)}`
    return passed({ ...subject, place: inPolicy(below(subject.place.pointer, found.index)) }, `signed by ${who}`, identity === undefined ? found.keyid : identityValue(identity))
  }
  const nearest = matches.flatMap(({ mismatches }) => mismatches).at(0)
  const reason = matches.find((match) => match.reason !== undefined)?.reason ?? nearest?.mismatch.message
  const who = identities.length > 0 ? identities.map(({ certificate }) => describeIdentity(certificate)).join('; ') : signers.map(short).join(', ')
  return failed(subject, `signed by ${who}; ${reason ?? allowedBy(functionaries, owner)}`, foundOf(signers, identities, matches))
}

function foundOf(signers: readonly string[], identities: readonly CertificateIdentity[], matches: readonly Match[]): CheckValue {
  if (identities.length === 0) return signers
  const mismatches = matches.flatMap(({ index, mismatches: some }) => some.map(({ identity, mismatch }) => ({ functionary: index, keyid: identity.keyid, field: mismatch.field, expected: mismatch.expected, found: mismatch.found })))
  return { signers, certificates: identities.map(identityValue), mismatches }
}

function allowedBy(functionaries: readonly FunctionaryMembers[], owner: string): string {
  const keys = functionaries.flatMap(({ publickeyid = '' }) => (publickeyid === '' ? [] : [publickeyid])).sort()
  const certified = functionaries.filter(({ certConstraint }) => (certConstraint?.roots ?? []).length > 0).length
  const parts = [...(keys.length > 0 ? [keys.map(short).join(', ')] : []), ...(certified > 0 ? [`${certified === 1 ? 'a certificate' : 'certificates'} of its roots`] : [])]
  return parts.length === 0 ? `${owner} allows no key` : `${owner} allows ${parts.join(' or ')}`
}

/** A functionary as data: its key id, or what it asks of a certificate. */
function wantedOf({ publickeyid = '', certConstraint }: FunctionaryMembers): CheckValue {
  if (publickeyid !== '') return publickeyid
  return Object.fromEntries(Object.entries(certConstraint ?? {}).flatMap(([key, value]): readonly (readonly [string, CheckValue])[] => (value === undefined ? [] : [[key, value as CheckValue]])))
}

/** What a message shows of a key id. */
function short(keyid: string): string {
  return /^[0-9a-f]{64}$/.test(keyid) ? `${keyid.slice(0, 12)}…` : keyid
}
