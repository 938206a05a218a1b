import type { FunctionaryMembers } from '../document/members.ts'
import type { PolicyKey } from '../document/keys.ts'
import { below } from '../document/reader.ts'
import { failed, inPolicy, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Check } from '../report/report.ts'

/** Whether one of those who signed is one of those who may; `owner` is what asks, at `pointer`. */
export function checkFunctionary(signers: readonly string[], functionaries: readonly FunctionaryMembers[], keys: readonly PolicyKey[], owner: string, pointer: string): Check {
  const allowed = functionaries.flatMap(({ publickeyid = '' }) => (publickeyid === '' ? [] : [publickeyid])).sort()
  const place = inPolicy(below(pointer, 'functionaries'))
  const subject: CheckSubject = { code: 'functionary', place, expected: allowed }
  if (signers.length === 0) return notEvaluated(subject, 'no signature verifies, so there is no signer')
  for (const [index, { publickeyid = '' }] of functionaries.entries()) {
    const key = keys.find(({ keyid, names }) => signers.includes(keyid) && names.includes(publickeyid))
    if (key !== undefined) {
      return passed({ ...subject, place: inPolicy(below(place.pointer, index)) }, `signed by the functionary ${short(publickeyid)}`, key.keyid)
    }
  }
  const wanted = allowed.length === 0 ? `${owner} allows no key` : `${owner} allows ${allowed.map(short).join(', ')}`
  return failed(subject, `signed by ${signers.map(short).join(', ')}; ${wanted}`, signers)
}

/** What a message shows of a key id. */
function short(keyid: string): string {
  return /^[0-9a-f]{64}$/.test(keyid) ? `${keyid.slice(0, 12)}…` : keyid
}
