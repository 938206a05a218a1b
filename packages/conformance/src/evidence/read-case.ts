import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, collectionType, inTotoPayloadType, parseEnvelope, readCollection, statementOf, verifyEnvelope, witnessCollectionType } from '@cilock/core'
import { knownTypes } from '@cilock/sdk'
import { failed, passed } from '../case.ts'
import type { Case, Outcome } from '../case.ts'
import { hashOf, verifiersOf } from './known-keys.ts'
import { envelopesOf } from './recording.ts'
import type { RecordedOutput, Recording } from './recording.ts'
import { refusals } from './refusals.ts'

/** Every envelope of a recorded run verifies by the key that made it, and what it says decodes. */
export function readCase(recording: Recording, keys: string): Case | undefined {
  const outputs = envelopesOf(recording)
  if (outputs.length === 0) return undefined
  return {
    id: `${recording.id}:read`,
    kind: recording.kind,
    async run(): Promise<Outcome> {
      const refusal = refusals.get(recording.id)
      for (const output of outputs) {
        const code = await readOutput(recording, output, keys)
        if (code === refusal?.code) continue
        const expected = refusal === undefined ? 'to be read' : `to be refused with ${refusal.code} (${refusal.why})`
        return failed(`${output.file}: expected ${expected}, found ${code ?? 'that it was read'}`)
      }
      return passed
    },
  }
}

/** The code of the refusal, with its message; undefined when the envelope was verified and read. */
async function readOutput(recording: Recording, output: RecordedOutput, keys: string): Promise<string | undefined> {
  try {
    const envelope = parseEnvelope(readFileSync(join(recording.folder, output.file)))
    const verifiers = await verifiersOf(envelope, keys, hashOf(recording))
    const verified = await verifyEnvelope(envelope, verifiers, { threshold: verifiers.length, payloadTypes: [envelope.payloadType] })
    if (envelope.payloadType !== inTotoPayloadType) return undefined
    const statement = statementOf(verified)
    if (statement.predicateType === collectionType || statement.predicateType === witnessCollectionType) readCollection(statement, knownTypes)
    return undefined
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return refusals.get(recording.id)?.code === error.code ? error.code : `${error.code} ${error.message}`
  }
}
