import type { Certificate, FulcioExtensionName } from '@cilock/x509'
import type { CertConstraintMembers } from '../document/members.ts'
import type { CheckValue } from '../report/report.ts'
import { listMismatch } from './name-list.ts'
import { isPattern, isPrintable, matchesPattern } from './pattern.ts'

/** The first field of a certificate that is not as a constraint wants it; as in Go the others are not told. */
export interface ConstraintMismatch {
  /** The key of the constraint, with a slash before the name of an extension. */
  readonly field: string
  readonly message: string
  readonly expected: CheckValue
  readonly found: CheckValue
}

/** A certificate, and the trust bundles that it leads to at the trusted time. */
export interface Certified {
  readonly certificate: Certificate
  readonly paths: readonly { readonly bundle: string }[]
}

interface ConstraintRules {
  readonly emptyConstraints: boolean
}

/** Whether a constraint says anything at all. Go writes one full of empty members for every functionary. */
export function constrains(constraint: CertConstraintMembers | undefined): constraint is CertConstraintMembers {
  if (constraint === undefined) return false
  const { extensions = {}, ...fields } = constraint
  return [...Object.values(fields), ...Object.values(extensions)].some((value) => value !== undefined && value.length > 0)
}

/** Holds a certificate against a constraint: common name, names, organizations, roots, extensions, policies. */
export function constraintMismatch(constraint: CertConstraintMembers, { certificate, paths }: Certified, rules: ConstraintRules): ConstraintMismatch | undefined {
  const { subject, names } = certificate
  return (
    commonNameMismatch(constraint.commonname ?? '', subject.commonName) ??
    listField('dnsnames', constraint.dnsnames, names.dnsNames, rules) ??
    listField('emails', constraint.emails, names.emails, rules) ??
    listField('organizations', constraint.organizations, subject.organizations, rules) ??
    listField('uris', constraint.uris, names.uris, rules) ??
    rootsMismatch(constraint.roots ?? [], paths.map(({ bundle }) => bundle)) ??
    extensionsMismatch(constraint.extensions ?? {}, certificate) ??
    policiesMismatch(constraint.requiredpolicyoids ?? [], certificate.policies ?? [])
  )
}

function commonNameMismatch(wanted: string, found: string): ConstraintMismatch | undefined {
  const mismatch = (message: string): ConstraintMismatch => ({ field: 'commonname', message, expected: wanted, found })
  if (wanted === '*') return undefined
  if (wanted === '') return mismatch('the constraint names no common name, and an empty one fits none; write "*" where anything will do')
  if (!isPrintable(wanted)) return mismatch('the constraint on the common name holds a character that cannot be printed')
  const fits = isPattern(wanted) ? matchesPattern(wanted.toLowerCase(), found.toLowerCase()) : wanted.toLowerCase() === found.toLowerCase()
  return fits ? undefined : mismatch(`expected the common name ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}`)
}

function listField(field: string, wanted: readonly string[] = [], found: readonly string[], rules: ConstraintRules): ConstraintMismatch | undefined {
  const reason = listMismatch(wanted, found, rules)
  return reason === undefined ? undefined : { field, message: `expected ${field} ${JSON.stringify(wanted)}, found ${JSON.stringify(found)}: ${reason}`, expected: wanted, found }
}

function rootsMismatch(wanted: readonly string[], found: readonly string[]): ConstraintMismatch | undefined {
  if (wanted.length === 0) return { field: 'roots', message: 'the constraint names no root', expected: wanted, found }
  if (wanted.includes('*') || wanted.some((root) => found.includes(root))) return undefined
  return { field: 'roots', message: `expected a certificate of the roots ${JSON.stringify(wanted)}, found one of ${JSON.stringify(found)}`, expected: wanted, found }
}

/** Only what is constrained is looked at. A value that is there in two forms with two texts is none. */
function extensionsMismatch(wanted: Readonly<Record<string, string | undefined>>, { fulcio }: Certificate): ConstraintMismatch | undefined {
  for (const [name, constraint = ''] of Object.entries(wanted)) {
    if (constraint === '') continue
    const known = name as FulcioExtensionName
    const mismatch = (message: string, found: CheckValue): ConstraintMismatch => ({ field: `extensions/${name}`, message, expected: constraint, found })
    if (fulcio.malformed.includes(known)) return mismatch(`the extension ${name} is not what its definition says`, null)
    if (fulcio.conflicting.includes(known)) return mismatch(`the extension ${name} stands there twice, with different texts`, null)
    const found = fulcio.values[known] ?? ''
    if (!isPrintable(constraint)) return mismatch(`the constraint on the extension ${name} holds a character that cannot be printed`, found)
    const fits = isPattern(constraint) ? matchesPattern(constraint, found) : constraint === found
    if (!fits) return mismatch(`expected the extension ${name} to be ${JSON.stringify(constraint)}, found ${found === '' ? 'none' : JSON.stringify(found)}`, found)
  }
  return undefined
}

function policiesMismatch(wanted: readonly string[], found: readonly string[]): ConstraintMismatch | undefined {
  const missing = wanted.map((oid) => oid.trim()).find((oid) => !/^[0-2](\.(0|[1-9]\d*))+$/.test(oid) || !found.includes(oid))
  if (missing === undefined) return undefined
  return { field: 'requiredpolicyoids', message: `expected the certificate policy ${JSON.stringify(missing)}, found ${JSON.stringify(found)}`, expected: wanted, found }
}
