import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEnvelope, encodeUtf8, signEnvelope } from '@cilock/core'
import type { Envelope, Signer, Timestamper } from '@cilock/core'
import type { Draft } from './draft.ts'

/** A world on disk, as it is brought to both tools. */
export interface Sealed {
  readonly folder: string
  readonly policy: string
  readonly policyKey: string
  readonly evidence: readonly string[]
  readonly subject: string
}

/** Signs a draft and writes it into a folder of its own. */
export async function seal(draft: Draft, folder: string): Promise<Sealed> {
  mkdirSync(folder, { recursive: true })
  const put = (name: string, envelope: Envelope, changes: readonly ((text: string) => string)[]): string => {
    const path = join(folder, name)
    writeFileSync(path, applied(new TextDecoder().decode(encodeEnvelope(envelope)), changes))
    return path
  }
  const policy = await sign(applied(JSON.stringify(draft.policy), draft.policyTexts), draft.policyPayloadType, draft.policySigners)
  const policyKey = join(folder, 'policy.pub.pem')
  writeFileSync(policyKey, draft.people.release.publicKeyPem)
  const evidence: string[] = []
  for (const { name, statement, signers, timestampers, payloadType, texts, envelopes, files } of draft.evidence) {
    const envelope = await sign(applied(JSON.stringify(statement), texts), payloadType, signers, timestampers)
    evidence.push(put(`${name}.json`, applied(envelope, envelopes), files))
  }
  return { folder, policy: put('policy.json', applied(policy, draft.policyEnvelopes), draft.policyFiles), policyKey, evidence, subject: draft.subject }
}

async function sign(text: string, payloadType: string, signers: readonly Signer[], timestampers: readonly Timestamper[] = []): Promise<Envelope> {
  return signEnvelope({ payload: encodeUtf8(text), payloadType, signers, timestampers })
}

function applied<T>(value: T, changes: readonly ((value: T) => T)[]): T {
  return changes.reduce((changed, change) => change(changed), value)
}
