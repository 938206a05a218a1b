import { compileGlob, GlobError } from '@cilock/glob'
import { below } from '../../document/reader.ts'
import type { CertConstraintMembers } from '../../document/members.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding } from '../finding.ts'
import type { LintRule } from '../context.ts'
import { isPattern, isPrintable } from '../../trust/pattern.ts'
import { functionariesOf } from '../requirements.ts'

const lists = ['dnsnames', 'emails', 'organizations', 'uris'] as const

/** What certificates are held against, for those who sign with one. */
export const constraintsRule: LintRule = ({ policy }) =>
  functionariesOf(policy).flatMap(({ functionary: { type, certConstraint }, pointer }) =>
    type === 'root' && certConstraint !== undefined ? constraintFindings(certConstraint, below(pointer, 'certConstraint')) : [],
  )

function constraintFindings(constraint: CertConstraintMembers, pointer: string): readonly LintFinding[] {
  const { commonname = '', extensions = {}, requiredpolicyoids = [] } = constraint
  const texts = [
    { at: below(pointer, 'commonname'), text: commonname },
    ...lists.flatMap((name) => (constraint[name] ?? []).map((text, index) => ({ at: below(below(pointer, name), index), text }))),
    ...Object.entries(extensions).map(([name, text = '']) => ({ at: below(below(pointer, 'extensions'), name), text })),
  ]
  return [
    ...(pinsNothing(constraint)
      ? [
          lintFinding(
            'constraint-wildcard',
            pointer,
            'every field is a wildcard: whoever gets any certificate of these roots may sign',
            'say whom you mean: a URI, an e-mail address, or the extensions Issuer and SourceRepositoryURI',
          ),
        ]
      : []),
    ...(commonname === '' ? [empty(below(pointer, 'commonname'), 'an empty common name is one that no certificate meets', '*')] : []),
    ...lists.flatMap((name) =>
      (constraint[name] ?? []).some((text) => text !== '')
        ? []
        : [empty(below(pointer, name), `an empty list refuses certificates that have ${name}, and those that have none too unless policy hardening is off`, ['*'])],
    ),
    ...texts.flatMap(({ at, text }) => patternFindings(text, at)),
    ...requiredpolicyoids.flatMap((oid, index) =>
      isOid(oid.trim()) ? [] : [lintFinding('constraint-oid', below(below(pointer, 'requiredpolicyoids'), index), `${JSON.stringify(oid)} is no object identifier, so no certificate meets it`, 'write it with dots, as 1.3.6.1.4.1')],
    ),
  ]
}

function empty(pointer: string, message: string, value: string | readonly string[]): LintFinding {
  return lintFinding('constraint-empty', pointer, message, 'write "*" where anything will do', { edits: [{ op: 'add', path: pointer, value }] })
}

function pinsNothing({ commonname = '', extensions = {}, requiredpolicyoids = [], ...constraint }: CertConstraintMembers): boolean {
  const isOpen = (text: string): boolean => /^\**$/.test(text)
  const pinsList = lists.some((name) => {
    const list = (constraint[name] ?? []).filter((text) => text !== '')
    return list.length > 0 && !list.some(isOpen)
  })
  return isOpen(commonname) && !pinsList && requiredpolicyoids.length === 0 && Object.values(extensions).every((text = '') => isOpen(text))
}

function patternFindings(text: string, at: string): readonly LintFinding[] {
  if (!isPrintable(text)) {
    return [lintFinding('constraint-unprintable', at, `${JSON.stringify(text)} holds a character that cannot be printed, and is refused whatever the certificate says`, 'remove that character')]
  }
  if (!isPattern(text)) return []
  try {
    compileGlob(text)
  } catch (error) {
    if (!(error instanceof GlobError)) throw error
    return [lintFinding('constraint-glob', at, `${JSON.stringify(text)} is no pattern, so no certificate meets it: ${error.message}`, 'close its brackets, or write \\ before a character that is meant as such')]
  }
  // a query of a URI, or an IPv6 host: the characters are meant as such and read as a pattern
  if (!text.includes('*') && /^[a-z][a-z0-9+.-]*:/i.test(text) && /[?[]/.test(text)) {
    return [
      lintFinding(
        'constraint-glob-by-accident',
        at,
        `${JSON.stringify(text)} has a ? or [ and is therefore read as a pattern, in which they stand for other characters`,
        'write \\ before each of them if they are meant as such',
      ),
    ]
  }
  return []
}

function isOid(text: string): boolean {
  return /^[0-2](\.(0|[1-9]\d*))+$/.test(text)
}
