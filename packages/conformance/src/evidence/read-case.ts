import { createPublicKey } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, collectionType, importVerifier, inTotoPayloadType, keyIdOf, parseEnvelope, readCollection, statementOf, verifyEnvelope, witnessCollectionType } from '@cilock/core'
import type { Envelope, Verifier } from '@cilock/core'
import { failed, passed } from '../case.ts'
import type { Case, Outcome } from '../case.ts'
import { envelopesOf } from './recording.ts'
import type { RecordedOutput, Recording } from './recording.ts'
import { refusals } from './refusals.ts'
import { types } from './types.ts'

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
    if (statement.predicateType === collectionType || statement.predicateType === witnessCollectionType) readCollection(statement, types)
    return undefined
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return refusals.get(recording.id)?.code === error.code ? error.code : `${error.code} ${error.message}`
  }
}

/** Keys that sign with another hash than SHA-256 say so nowhere in the envelope; the recording's notes do. */
function hashOf({ id }: Recording): 'sha256' | 'sha384' {
  return id === 'lib-signer-sha384' ? 'sha384' : 'sha256'
}

/** The verifiers of the keys that the signatures name, found among the recording's public keys by their ids. */
async function verifiersOf(envelope: Envelope, keys: string, hash: 'sha256' | 'sha384'): Promise<readonly Verifier[]> {
  const verifiers: Verifier[] = []
  for (const keyid of new Set(envelope.signatures.map((signature) => signature.keyid))) {
    const verifier = await findKey(keyid, keys, hash)
    if (verifier === undefined) throw new CilockError('ERR_KEY_UNKNOWN', `no public key of the recording has the id ${keyid}`)
    verifiers.push(verifier)
  }
  return verifiers
}

const cache = new Map<string, Promise<ReadonlyMap<string, Verifier | CilockError>>>()

async function findKey(keyid: string, keys: string, hash: 'sha256' | 'sha384'): Promise<Verifier | undefined> {
  const known = cache.get(`${hash} ${keys}`) ?? loadKeys(keys, hash)
  cache.set(`${hash} ${keys}`, known)
  const found = (await known).get(keyid)
  if (CilockError.is(found)) throw found
  return found
}

async function loadKeys(keys: string, hash: 'sha256' | 'sha384'): Promise<ReadonlyMap<string, Verifier | CilockError>> {
  const byId = new Map<string, Verifier | CilockError>()
  for (const file of readdirSync(keys).sort()) {
    // The keys of certificates are there as private keys only.
    const isPrivate = /^x509-.*\.key\.pem$/.test(file)
    if (!file.endsWith('.pub.pem') && !isPrivate) continue
    const text = readFileSync(join(keys, file), 'utf8')
    const pem = isPrivate ? createPublicKey(text).export({ type: 'spki', format: 'pem' }).toString() : text
    try {
      const verifier = await importVerifier(pem, { hash })
      if (verifier.keyid !== undefined) byId.set(verifier.keyid, verifier)
    } catch (error) {
      if (!CilockError.is(error)) throw error
      // A key that is refused by its size is refused by name, not as unknown; one of a kind that Go cannot use signed nothing.
      const id = idOf(pem, hash)
      if (id !== undefined) byId.set(id, error)
    }
  }
  return byId
}

function idOf(pem: string, hash: 'sha256' | 'sha384'): string | undefined {
  try {
    return keyIdOf(pem, hash)
  } catch (error) {
    if (CilockError.is(error)) return undefined
    throw error
  }
}
