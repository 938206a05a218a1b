import { CilockError, decodeUtf8 } from '@cilock/core'
import { parseCertificate } from '@cilock/x509'
import type { Certificate } from '@cilock/x509'
import { below } from '../../document/reader.ts'
import { sortedEntries } from '../../document/rules.ts'
import type { RootMembers } from '../../document/members.ts'
import { lintFinding } from '../finding.ts'
import type { LintFinding } from '../finding.ts'
import type { LintContext, LintRule } from '../context.ts'
import { functionariesOf } from '../requirements.ts'

/** Certificate authorities and timestamp authorities. */
export const authoritiesRule: LintRule = (context) => {
  const { roots, timestampauthorities } = context.policy
  const certified = functionariesOf(context.policy).filter(({ functionary: { type } }) => type === 'root')
  const named = new Set(certified.flatMap(({ functionary: { certConstraint } }) => certConstraint?.roots ?? []))
  return [
    ...sortedEntries(roots).flatMap(([name, root]) => {
      const pointer = below('/roots', name)
      const isUsed = named.has(name) || named.has('*')
      return [
        ...(isUsed ? [] : [lintFinding('root-unused', pointer, `no functionary names the root ${JSON.stringify(name)}`, 'remove it, or name it where its certificates may sign', { edits: [{ op: 'remove', path: pointer }] })]),
        ...certificatesOf(root, pointer, context),
      ]
    }),
    ...sortedEntries(timestampauthorities).flatMap(([name, authority]) => certificatesOf(authority, below('/timestampauthorities', name), context)),
    ...(certified.length > 0 && (timestampauthorities?.size ?? 0) === 0
      ? certified.map(({ pointer }) =>
          lintFinding(
            'timestamp-authority-missing',
            pointer,
            'the policy has no timestamp authority, and CI/lock takes no signature by a certificate without a trusted timestamp',
            'add timestampauthorities',
          ),
        )
      : []),
    ...(certified.length === 0 && (timestampauthorities?.size ?? 0) > 0 && !hasTimestampConstraint(context)
      ? [lintFinding('timestamp-authority-unused', '/timestampauthorities', 'only raw keys may sign, and nothing is asked of when they did', 'remove them', { edits: [{ op: 'remove', path: '/timestampauthorities' }] })]
      : []),
  ]
}

function hasTimestampConstraint({ policy: { steps } }: LintContext): boolean {
  return [...(steps?.values() ?? [])].some(({ timestampConstraint }) => timestampConstraint !== undefined)
}

function certificatesOf({ certificate, intermediates = [] }: RootMembers, pointer: string, context: LintContext): readonly LintFinding[] {
  return [
    ...certificateFindings(certificate, below(pointer, 'certificate'), true, context),
    ...intermediates.flatMap((each, index) => certificateFindings(each, below(below(pointer, 'intermediates'), index), false, context)),
  ]
}

function certificateFindings(pem: Uint8Array | undefined, pointer: string, isRoot: boolean, { now }: LintContext): readonly LintFinding[] {
  const read = parse(pem)
  if (typeof read === 'string') return [lintFinding('root-invalid', pointer, `there is no certificate that can be read: ${read}`, 'put the base64 of the PEM text of one certificate there')]
  const { notBefore, notAfter, basicConstraints, selfIssued } = read
  return [
    ...(now !== undefined && now > notAfter ? [lintFinding('root-expired', pointer, `the certificate expired at ${notAfter.toISOString()}; it still vouches for signatures made before`, 'add the one that followed it')] : []),
    ...(now !== undefined && now < notBefore ? [lintFinding('root-expired', pointer, `the certificate is not valid before ${notBefore.toISOString()}`, 'add one that is valid now')] : []),
    ...(basicConstraints?.ca === true ? [] : [lintFinding('root-not-authority', pointer, 'the certificate is not that of an authority (basicConstraints has no CA), so it vouches for no other', "put the authority's certificate there")]),
    ...(isRoot && !selfIssued ? [lintFinding('root-not-self-signed', pointer, 'the certificate is not issued by itself; it is trusted all the same', 'put the root there if it is the one that you mean')] : []),
  ]
}

function parse(pem: Uint8Array | undefined): Certificate | string {
  if (pem === undefined || pem.length === 0) return 'it is empty'
  try {
    // as text, as the verifier reads it: DER is refused there
    return parseCertificate(decodeUtf8(pem))
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return error.message
  }
}
