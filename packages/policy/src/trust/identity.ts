import type { Certificate } from '@cilock/x509'
import type { CheckValue } from '../report/report.ts'

/** Who a certificate is for, as people say it: its names, else its common name, and who saw to it. */
export function describeIdentity(certificate: Certificate): string {
  const { names, subject, fulcio } = certificate
  const parts = [
    ...names.uris.map((uri) => `uri=${uri}`),
    ...names.emails.map((email) => `email=${email}`),
    ...names.dnsNames.map((name) => `dns=${name}`),
    ...(subject.commonName === '' ? [] : [`cn=${subject.commonName}`]),
    ...(fulcio.values.Issuer === undefined ? [] : [`issuer=${fulcio.values.Issuer}`]),
  ]
  return parts.length === 0 ? 'a certificate without names' : parts.join(', ')
}

/** The same as data: what constraints speak about, apart from what is empty. */
export function identityValue({ certificate, keyid, paths }: { readonly certificate: Certificate; readonly keyid: string; readonly paths: readonly { readonly bundle: string }[] }): CheckValue {
  const { names, subject, fulcio, policies = [] } = certificate
  const lists = { dnsnames: names.dnsNames, emails: names.emails, organizations: subject.organizations, uris: names.uris, roots: paths.map(({ bundle }) => bundle), policyoids: policies }
  return {
    keyid,
    commonname: subject.commonName,
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(Object.keys(fulcio.values).length > 0 && { extensions: Object.fromEntries(Object.entries(fulcio.values).sort(([a], [b]) => (a < b ? -1 : 1))) as Readonly<Record<string, string>> }),
  }
}
