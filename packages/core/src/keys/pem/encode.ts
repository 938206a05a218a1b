import { encodeBase64 } from '../../bytes/base64.ts'

/** A PEM block as Go writes it: lines of 64 characters, LF, also after the last. */
export function encodePem(label: string, bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
