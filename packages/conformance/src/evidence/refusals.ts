/**
 * Recorded runs whose output a reader has to refuse, and with which code: what Go writes there is not what a strict reader
 * may take. The key is the case's id.
 */
export const refusals: ReadonlyMap<string, { readonly code: string; readonly why: string }> = new Map([
  ['sarif-duplicate-keys', { code: 'ERR_MALFORMED', why: 'an embedded report repeats a key, so two readers see two reports' }],
  ...['govulncheck-invalid-utf8', 'scubagoggles-invalid-utf8', 'trivy-invalid-utf8'].map(
    (id) => [id, { code: 'ERR_MALFORMED', why: 'an embedded report is no UTF-8, and so the payload is none' }] as const,
  ),
  ['signer-rsa-1024', { code: 'ERR_KEY_UNSUPPORTED', why: 'an RSA key of 1024 bits' }],
  ['witness-signer-rsa-1024', { code: 'ERR_KEY_UNSUPPORTED', why: 'an RSA key of 1024 bits' }],
])
