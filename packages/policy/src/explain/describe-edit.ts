import { ownerName } from './edit.ts'
import type { CertificateConstraint, Edit } from './edit.ts'
import { expectEdit } from './expect-edit.ts'
import { listed, quoted, shortDigest } from './wording.ts'

/**
 * What to do, and when it is right: what a change gives away stands in the same sentence.
 *
 * @throws TypeError for what is no edit.
 */
export function describeEdit(edit: Edit): string {
  expectEdit(edit, 'describeEdit')
  switch (edit.kind) {
    case 'extend-expiry':
      return `sign the policy anew with an expiry of ${edit.expires} or later, only if what it asks is still what you want`
    case 'add-functionary':
      return `add key ${shortDigest(edit.keyid)} to the functionaries of ${ownerName(edit)}, only if this key is meant to sign it`
    case 'add-key':
      return `add the public key ${shortDigest(edit.keyid)} to the policy and to the functionaries of ${ownerName(edit)}, only if you know whose it is and it is meant to sign it: so far only an unproven hint names it`
    case 'add-certificate':
      return `add the certificate of ${namesOf(edit.certConstraint)} to the functionaries of ${ownerName(edit)}, only if whoever has it is meant to sign it`
    case 'drop-attestation-type':
      return `no longer ask step ${quoted(edit.step)} for ${edit.type}, only if nobody has to show it: its rules go with it`
    case 'replace-attestation-type':
      return `ask step ${quoted(edit.step)} for ${edit.by} in place of ${edit.type}, only if that version says what you need`
    case 'allow-untracked':
      return `add ${listed(edit.paths.map(quoted))} to allowedUntracked of step ${quoted(edit.step)}, only if ${edit.paths.length === 1 ? 'this file' : 'these files'} may come from anywhere: nothing is held against their contents`
    case 'widen-timestamp':
      return `set ${edit.member} of step ${quoted(edit.step)} to ${edit.to}, only if evidence signed then is still good enough`
    case 'remove-policy-key':
      return `remove ${edit.pointer} from the policy, only if nothing was to be asked by it: it means nothing`
    case 'rename-policy-key':
      return `write ${quoted(edit.to)} at ${edit.pointer} of the policy, only if that is what was meant: then it is asked`
    case 'hand-in':
      return `verify ${shortDigest(edit.digest)} (${edit.name}) instead, only if that is the artifact you mean: the one handed in stays unverified`
    case 'withdraw-subject':
      return `do not hand in ${listed(edit.digests.map(shortDigest))}, only if nobody relies on it: it stays unverified`
    case 'drop-input':
      return `do not add ${listed(edit.keys.map(quoted))} to the input of rules for ${edit.type}, only if what was signed is to be judged`
    case 'provide-evidence':
      return `hand in evidence that is missing or has to be made anew: ${listed([...edit.externals.map((external) => ownerName({ external })), ...edit.steps.map((step) => ownerName({ step }))])}`
  }
}

function namesOf({ commonname, dnsnames, emails, uris, extensions }: CertificateConstraint): string {
  const names = [...uris, ...emails, ...dnsnames, ...(commonname === '' ? [] : [commonname])].filter((name) => name !== '*')
  const { Issuer } = extensions ?? {}
  return `${names.length === 0 ? 'a subject without names' : listed(names.map(quoted))}${Issuer === undefined ? '' : ` (issuer ${quoted(Issuer)})`}`
}
