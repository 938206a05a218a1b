import { CilockError } from '@cilock/core'
import { DerReader, Tag } from '@cilock/der'
import { certificateOf, timestampOf, timestampResponse } from '@cilock/testing/x509'
import type { MadeCertificate } from '@cilock/testing/x509'

export const timestampReply = 'application/timestamp-reply'

let authority: Promise<MadeCertificate> | undefined

/** What an authority answers to a request for a timestamp: a token about the digest that is in it. */
export async function stampAnew(request: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  authority ??= certificateOf({ seed: 'authority of timestamps' }).then(async (root) => root.issue({ seed: 'timestamps', kind: 'timestamper' }))
  const input = new DerReader(request).enter(Tag.sequence)
  const version = input?.integer()
  const imprint = input?.enter(Tag.sequence)
  imprint?.enter(Tag.sequence)
  const digest = imprint?.element(Tag.octetString)?.content
  const nonce = input?.integer()
  if (version !== 1n || digest === undefined || nonce === undefined) throw new CilockError('ERR_MALFORMED', 'expected a request for a timestamp')
  const token = await timestampOf(digest, await authority, { time: new Date('2026-11-22T18:00:00Z'), digest, nonce })
  return new Uint8Array(timestampResponse(token))
}
