import { encodeBase64, stringifyJson } from '@cilock/core'
import type { Inspected } from './describe.ts'

/** The same for programs: the payload opened, everything kept. Numbers keep their text. */
export function jsonOf(path: string, inspected: Inspected): string {
  return stringifyJson({ path, ...plain(inspected) })
}

function plain(inspected: Inspected): Readonly<Record<string, unknown>> {
  switch (inspected.kind) {
    case 'envelope': {
      const { payloadType, signatures } = inspected.envelope
      return {
        kind: 'envelope',
        payloadType,
        signatures: signatures.map(({ keyid, sig, certificate, intermediates, timestamps }) => ({
          keyid,
          sig: encodeBase64(sig),
          certificate: certificate === undefined ? undefined : new TextDecoder().decode(certificate),
          intermediates: intermediates?.map((each) => new TextDecoder().decode(each)),
          timestamps: timestamps?.map(({ type, data }) => ({ type, data: encodeBase64(data) })),
        })),
        payload: plain(inspected.payload),
      }
    }
    case 'statement': {
      const { type, ...statement } = inspected.statement
      return { kind: inspected.collection === undefined ? 'statement' : 'collection', statement: { _type: type, ...statement } }
    }
    case 'refused':
      return { kind: 'refused', as: inspected.as, code: inspected.error.code, message: inspected.error.message }
    default:
      return inspected
  }
}
