import type { Certificate } from '../certificate/certificate.ts'
import { short } from '../certificate/describe.ts'
import { formatIp } from '../certificate/ip.ts'
import type { NameConstraints, NameSubtrees } from '../certificate/name-constraints.ts'
import { extensionOid } from '../certificate/oid.ts'
import { readGeneralNames, type GeneralName } from '../certificate/read-general-name.ts'
import { isBelow } from '../certificate/read-name.ts'
import { dnsInSubtree, emailInSubtree, ipInRange, uriInSubtree } from './name-subtree.ts'

/** A name that stands where it may not; or, without a name, more names and constraints than may be compared. */
export interface NameViolation {
  readonly certificate: Certificate
  readonly message: string
  readonly limit?: true
}

/**
 * The first name in a chain (leaf first, root last) that the name constraints above it do not allow. Certificates that an
 * authority issued to itself are not held against constraints, unless they are the leaf.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3
 */
export function nameViolation(chain: readonly Certificate[], maxComparisons: number): NameViolation | undefined {
  const budget = { left: maxComparisons }
  for (const [index, certificate] of chain.entries()) {
    if (index > 0 && certificate.selfIssued) continue
    const above = chain.slice(index + 1).flatMap(({ nameConstraints }) => (nameConstraints === undefined ? [] : [nameConstraints]))
    if (above.length === 0) continue
    const names = namesOf(certificate)
    for (const constraints of above) {
      for (const name of names) {
        budget.left -= 1 + sizeOf(constraints.permitted) + sizeOf(constraints.excluded)
        if (budget.left < 0) return { certificate, message: `comparing its names with the constraints above takes more than ${maxComparisons} steps`, limit: true }
        const message = violation(name, constraints)
        if (message !== undefined) return { certificate, message }
      }
    }
  }
  return undefined
}

/** Every name of a certificate: subject, alternative names, and e-mail addresses in the subject where there are no alternative names. */
function namesOf({ subject, extensions }: Certificate): readonly GeneralName[] {
  const names: readonly GeneralName[] = subject.attributes.length === 0 ? [] : [{ kind: 'directory', name: subject }]
  const extension = extensions.find(({ oid }) => oid === extensionOid.subjectAltName)
  if (extension === undefined) return [...names, ...subject.emails.map((value): GeneralName => ({ kind: 'email', value }))]
  return [...names, ...readGeneralNames(extension.value)]
}

function violation(name: GeneralName, { permitted, excluded }: NameConstraints): string | undefined {
  switch (name.kind) {
    case 'dns':
      return judge(name.value, permitted.dnsNames, excluded.dnsNames, dnsInSubtree)
    case 'email':
      return judge(name.value, permitted.emails, excluded.emails, emailInSubtree)
    case 'uri':
      return judge(name.value, permitted.uris, excluded.uris, uriInSubtree)
    case 'ip':
      return judge(name.bytes, permitted.ips, excluded.ips, ipInRange, formatIp(name.bytes))
    case 'directory':
      return judge(name.name, permitted.directoryNames, excluded.directoryNames, isBelow, name.name.text)
    case 'registeredId':
      return unsupported(8, permitted, excluded)
    case 'other':
      return unsupported(0, permitted, excluded)
    case 'unsupported':
      return unsupported(name.tag, permitted, excluded)
  }
}

/** `matches` gives undefined where a name cannot be compared: then it is neither permitted nor known not to be excluded. */
function judge<N, C>(
  name: N,
  permitted: readonly C[],
  excluded: readonly C[],
  matches: (name: N, constraint: C, excluding: boolean) => boolean | undefined,
  text: unknown = name,
): string | undefined {
  const shown = `'${short(String(text))}'`
  if (excluded.some((constraint) => matches(name, constraint, true) !== false)) return `${shown} is among the names that an authority above may not certify`
  if (permitted.length === 0 || permitted.some((constraint) => matches(name, constraint, false) === true)) return undefined
  return `${shown} is not among the names that an authority above may certify`
}

/** A kind of name that is not compared may not stand below a constraint on its kind. */
function unsupported(tag: number, permitted: NameSubtrees, excluded: NameSubtrees): string | undefined {
  const constrained = permitted.unsupported.includes(tag) || excluded.unsupported.includes(tag)
  return constrained ? `a name of kind ${tag} stands below a constraint on that kind, which is not understood` : undefined
}

function sizeOf({ dnsNames, emails, uris, ips, directoryNames }: NameSubtrees): number {
  return dnsNames.length + emails.length + uris.length + ips.length + directoryNames.length
}
