import { quoteGlob } from '@cilock/glob'
import type { Check, CheckValue, Report } from '../report/report.ts'
import { isPattern } from '../trust/pattern.ts'
import type { CertificateConstraint, Edit, EditOwner } from './edit.ts'
import { itemsOf, memberOf, stringsOf, textOf, textsOf } from './check-data.ts'

/** More artifacts than anybody would choose from are not proposed. */
const mostSubjects = 10

/** What would settle one check that did not pass, as far as it can be said; several where it is not one thing alone. */
export function editsOf(check: Check, owner: EditOwner | undefined, report: Report): readonly Edit[] {
  if (check.state !== 'failed') return []
  if (owner === undefined) return editsOfWhole(check, report)
  const step = 'step' in owner ? owner.step : undefined
  switch (check.code) {
    case 'functionary':
      return [...functionaryEdits(check.found, owner), provide(owner)]
    case 'evidence-signature':
      return [...unknownKeys(check).map((keyid): Edit => ({ kind: 'add-key', keyid, ...owner })), provide(owner)]
    case 'subject':
      return [...(report.subjects.length === 1 ? handIns(check.found) : []), provide(owner)]
    case 'attestation':
      return attestationEdits(check, step, owner)
    case 'artifacts': {
      const upstream = textOf(check.expected)
      return check.found === null || upstream === undefined || step === undefined ? [provide(owner)] : [{ kind: 'provide-evidence', steps: [...new Set([upstream, step])].sort(), externals: [] }]
    }
    case 'rego':
      return [provideWith(itemsOf(memberOf(check.found, 'view')), owner)]
    case 'artifacts-untracked': {
      const paths = stringsOf(memberOf(check.found, 'paths'))
      const isAll = memberOf(check.found, 'count') === paths.length
      return [...(step !== undefined && isAll ? [{ kind: 'allow-untracked', step, paths } as const] : []), provide(owner)]
    }
    case 'timestamp':
      return step === undefined ? [] : timeEdits(check, step, report.now)
    case 'input-clash':
      return inputEdits(check, report)
    case 'collection':
    case 'external':
    case 'evidence-payload-type':
    case 'evidence-statement':
    case 'evidence-predicate-type':
    case 'evidence-collection':
    case 'collection-name':
    case 'artifact-conflict':
      return [provide(owner)]
    default:
      return []
  }
}

function editsOfWhole(check: Check, report: Report): readonly Edit[] {
  if (check.place.document === 'policy' && check.place.pointer === '/expires' && check.code !== 'policy-key-case') return [{ kind: 'extend-expiry', expires: report.now }]
  switch (check.code) {
    case 'policy-unknown-key':
      return [{ kind: 'remove-policy-key', pointer: check.place.pointer }]
    case 'policy-key-case': {
      const to = textOf(check.expected)
      return to === undefined ? [] : [{ kind: 'rename-policy-key', pointer: check.place.pointer, to }]
    }
    case 'binding': {
      const index = report.subjects.findIndex(({ checks }) => checks.includes(check))
      const subject = report.subjects[index]
      return subject === undefined || report.subjects.length < 2 ? [] : [{ kind: 'withdraw-subject', index, digests: subject.digests }]
    }
    default:
      return []
  }
}

function provide(owner: EditOwner): Edit {
  return 'step' in owner ? { kind: 'provide-evidence', steps: [owner.step], externals: [] } : { kind: 'provide-evidence', steps: [], externals: [owner.external] }
}

/** A rule that looked at other evidence may deny for what that says: all of it has to be made anew. */
function provideWith(view: readonly CheckValue[], owner: EditOwner): Edit {
  const names = (key: 'step' | 'external'): readonly string[] => view.flatMap((each) => textOf(memberOf(each, key)) ?? [])
  const steps = [...names('step'), ...('step' in owner ? [owner.step] : [])]
  const externals = [...names('external'), ...('external' in owner ? [owner.external] : [])]
  return { kind: 'provide-evidence', steps: [...new Set(steps)].sort(), externals: [...new Set(externals)].sort() }
}

/** Everybody who signed, by key or by certificate. */
function functionaryEdits(found: CheckValue, owner: EditOwner): readonly Edit[] {
  const certificates = itemsOf(memberOf(found, 'certificates'))
  const certified = new Set(certificates.map((each) => memberOf(each, 'keyid')))
  const signers = Array.isArray(found) ? stringsOf(found) : stringsOf(memberOf(found, 'signers'))
  return [
    ...signers.filter((keyid) => !certified.has(keyid)).map((keyid): Edit => ({ kind: 'add-functionary', keyid, ...owner })),
    ...certificates.map((each): Edit => ({ kind: 'add-certificate', certConstraint: constraintOf(each), ...owner })),
  ]
}

/** Exactly this certificate's names; where it has none, the constraint has to say that anything will do. */
function constraintOf(certificate: CheckValue): CertificateConstraint {
  const list = (key: string): readonly string[] => {
    const names = stringsOf(memberOf(certificate, key))
    return names.length === 0 ? ['*'] : names.map(literal)
  }
  const commonname = textOf(memberOf(certificate, 'commonname')) ?? ''
  const extensions = Object.fromEntries(Object.entries(textsOf(memberOf(certificate, 'extensions'))).filter(([key]) => identifying.has(key)).map(([key, value]) => [key, literal(value)]))
  return {
    commonname: commonname === '' ? '*' : literal(commonname),
    dnsnames: list('dnsnames'),
    emails: list('emails'),
    organizations: list('organizations'),
    uris: list('uris'),
    roots: stringsOf(memberOf(certificate, 'roots')),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  }
}

/** Extensions that say who signed, and not which run it was. */
const identifying = new Set(['Issuer', 'SourceRepositoryURI', 'BuildConfigURI', 'RunnerEnvironment'])

/** A name with such characters would be a pattern. */
function literal(text: string): string {
  return isPattern(text) ? quoteGlob(text) : text
}

function unknownKeys({ expected, found }: Check): readonly string[] {
  const known = new Set(stringsOf(expected))
  return stringsOf(memberOf(found, 'claimedKeyids')).filter((keyid) => keyid !== '' && !known.has(keyid))
}

function handIns(found: CheckValue): readonly Edit[] {
  const edits = itemsOf(found).flatMap((subject): readonly Edit[] => {
    const name = textOf(memberOf(subject, 'name')) ?? ''
    const [algorithm, value] = ['sha256', 'gitoid:sha256', 'dirHash'].map((each) => [each, textOf(memberOf(memberOf(subject, 'digest'), each))] as const).find(([, text]) => text !== undefined) ?? []
    return algorithm === undefined || value === undefined || /\/attestations\/material\//.test(name) ? [] : [{ kind: 'hand-in', digest: `${algorithm}:${value}`, name }]
  })
  return edits.length > mostSubjects ? [] : edits
}

/** A step that asks for nothing is not helped by evidence. */
function attestationEdits({ expected, found, place }: Check, step: string | undefined, owner: EditOwner): readonly Edit[] {
  const type = textOf(expected)
  const index = Number(place.pointer.slice(place.pointer.lastIndexOf('/') + 1))
  if (type === undefined || step === undefined || !Number.isSafeInteger(index)) return []
  const others = stringsOf(found).filter((other) => nameOf(other) === nameOf(type) && other !== type)
  return [...others.map((by): Edit => ({ kind: 'replace-attestation-type', step, index, type, by })), { kind: 'drop-attestation-type', step, index, type }, provide(owner)]
}

/** A type without its version and without who wrote it down. */
function nameOf(type: string): string {
  return type.replace(/\/v[0-9.]+$/, '').replace(/^https:\/\/(aflock\.ai|witness\.dev)\/attestations\//, '')
}

/** Where nobody vouches for a time, a raw key signed, and would sign the next one too. */
function timeEdits({ expected, found }: Check, step: string, now: string): readonly Edit[] {
  const signed = textOf(found)
  if (signed === undefined) return []
  const [notBefore, notAfter] = [textOf(memberOf(expected, 'notBefore')), textOf(memberOf(expected, 'notAfter'))]
  if (notBefore !== undefined && Date.parse(signed) < Date.parse(notBefore)) return [{ kind: 'widen-timestamp', step, member: 'notBefore', to: signed }]
  if (notAfter !== undefined && Date.parse(signed) > Date.parse(notAfter)) return [{ kind: 'widen-timestamp', step, member: 'notAfter', to: signed }]
  const age = Date.parse(now) - Date.parse(signed)
  const again = provide({ step })
  return age > 0 ? [{ kind: 'widen-timestamp', step, member: 'maxAge', to: `${age}ms` }, again] : [again]
}

/** A check names its keys; the report has the types for which the caller adds them, and every other clash. */
function inputEdits(check: Check, { callerInput = {}, steps, externals }: Report): readonly Edit[] {
  const isAdded = (type: string, keys: readonly string[]): boolean => keys.length > 0 && keys.every((key) => memberOf(callerInput[type], key) !== undefined)
  const clashes = [...steps, ...externals].flatMap(({ candidates }) => candidates.flatMap(({ checks }) => checks.filter(({ code, state }) => code === 'input-clash' && state === 'failed'))).map(({ found }) => stringsOf(found))
  return Object.keys(callerInput)
    .filter((type) => isAdded(type, stringsOf(check.found)))
    .map((type): Edit => ({ kind: 'drop-input', type, keys: [...new Set(clashes.filter((keys) => isAdded(type, keys)).flat())].sort() }))
}
