import type { CertificateIdentity } from '@cilock/x509'
import type { TimestampConstraintMembers } from '../document/members.ts'
import { failed, hasPassed, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check, CheckValue } from '../report/report.ts'

/** A clock may run this much ahead of another, in milliseconds; as in CI/lock. */
const tolerance = 5 * 60 * 1000

/**
 * Whether evidence was signed when its step allows: by the earliest time that an authority vouches for, of those who are
 * functionaries. A later token, or one on another's signature, changes nothing. For raw keys nobody vouches.
 */
export function checkSignedTime(identities: readonly CertificateIdentity[], functionary: Check, { notBefore, notAfter, maxAge }: TimestampConstraintMembers, now: Date, pointer: string): Check {
  const expected: CheckValue = {
    ...(notBefore !== undefined && { notBefore: notBefore.toISOString() }),
    ...(notAfter !== undefined && { notAfter: notAfter.toISOString() }),
    ...(maxAge !== undefined && { maxAge: `${maxAge}ms` }),
  }
  const subject: CheckSubject = { code: 'timestamp', place: inPolicy(pointer), expected }
  if (!hasPassed(functionary)) return notEvaluated(subject, 'no functionary signed it, so there is no time to judge')
  const times = identities.flatMap(({ time }) => (time.kind === 'timestamp' ? [time.time] : [])).sort((a, b) => a.getTime() - b.getTime())
  const [earliest] = times
  if (earliest === undefined) return failed(subject, 'no timestamp authority vouches for the time at which a functionary signed', null)
  const found = earliest.toISOString()
  if (notBefore !== undefined && earliest < notBefore) return failed(subject, `signed at ${found}, before ${notBefore.toISOString()}`, found)
  if (notAfter !== undefined && earliest > notAfter) return failed(subject, `signed at ${found}, after ${notAfter.toISOString()}`, found)
  if (maxAge !== undefined) {
    const age = now.getTime() - earliest.getTime()
    if (age < -tolerance) return failed(subject, `signed at ${found}, which lies ahead of ${now.toISOString()}`, found)
    if (age > maxAge) return failed(subject, `signed at ${found}, longer ago than ${maxAge} ms`, found)
  }
  return passed(subject, `signed at ${found}, as the step allows`, found)
}
