import { CilockError, decodeBase64 } from '@cilock/core'

/** A PEM block, decoded. */
export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array
}

/** The first PEM block of a text whose label ends so; undefined where there is none that can be read. */
export function firstPemBlock(text: string, end = ''): PemBlock | undefined {
  for (const [, label = '', body = ''] of text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,64})-----([\sA-Za-z0-9+/=]*)-----END \1-----/g)) {
    if (!label.endsWith(end)) continue
    try {
      return { label, bytes: decodeBase64(body.replaceAll(/\s+/g, '')) }
    } catch (error) {
      if (CilockError.is(error)) return undefined
      throw error
    }
  }
  return undefined
}
