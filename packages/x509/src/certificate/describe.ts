import type { Certificate } from './certificate.ts'

/** A certificate in a message: its name, or else the first of its alternative names, and the beginning of its key's fingerprint. */
export function describeCertificate({ subject, names, serialNumber, publicKey }: Certificate): string {
  const name = [subject.text, ...names.uris, ...names.emails, ...names.dnsNames].find((text) => text !== '')
  return `'${short(name ?? `serial number ${serialNumber}`)}' (key ${publicKey.fingerprint.slice(0, 12)}…)`
}

/** Text from a certificate in a message: bounded, and without control characters. */
export function short(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?')
  return clean.length > 120 ? `${clean.slice(0, 120)}…` : clean
}
