import { CilockError, collectionType, decodeBase64, importVerifier, inTotoPayloadType, keyIdOf, parseEnvelope, parseJson, readCollection, sha256Hex, statementOf, stringifyJson, verifyEnvelope, witnessCollectionType } from '@cilock/core'
import type { Envelope, PredicateType, Verifier } from '@cilock/core'
import type { Check } from './check.ts'
import { CheckError } from './check.ts'
import { needsOf } from './key-files.ts'
import type { Material, RecordedEnvelope } from './material.ts'

type Hash = RecordedEnvelope['hash']

/** What the Go tools wrote is verified by the key that made it, and read; or refused for the reason we know. */
export function goldenChecks({ envelopes, publicKeys }: Material, types: readonly PredicateType[]): readonly Check[] {
  const names = { sha256: namesById(publicKeys, 'sha256'), sha384: namesById(publicKeys, 'sha384') }
  const imported = new Map<string, Promise<Verifier>>()
  const verifierOf = async (name: string, hash: Hash): Promise<Verifier> => {
    const pem = publicKeys[name]
    if (pem === undefined) throw new CheckError(`no public key of the recordings has the id ${name}`)
    const verifier = imported.get(`${hash} ${name}`) ?? importVerifier(pem, { hash })
    imported.set(`${hash} ${name}`, verifier)
    return verifier
  }
  return envelopes.map((recorded) => {
    const { name, hash, refusal } = recorded
    const keys = keysOf(recorded, names[hash])
    return {
      name: `golden: ${name}`,
      needs: [...new Set(keys.flatMap((key) => needsOf(key)))],
      run: async () => {
        try {
          const envelope = parseEnvelope(decodeBase64(recorded.bytes))
          const verifiers = await Promise.all(keys.map(async (key) => verifierOf(key, hash)))
          if (refusal === undefined) return await readBy(envelope, verifiers, types)
          await readBy(envelope, verifiers, types)
        } catch (error) {
          if (!CilockError.is(error) || error.code !== refusal) throw error
          return `refused: ${error.code}`
        }
        throw new CheckError(`expected to be refused with ${refusal}, found that it was read`)
      },
    }
  })
}

/** One digest over all that was read. */
async function readBy(envelope: Envelope, verifiers: readonly Verifier[], types: readonly PredicateType[]): Promise<string> {
  const verified = await verifyEnvelope(envelope, verifiers, { threshold: verifiers.length, payloadTypes: [envelope.payloadType] })
  const who = verified.signers.map(({ keyid }) => keyid ?? '')
  if (envelope.payloadType !== inTotoPayloadType) return sha256Hex(stringifyJson([who, envelope.payloadType, sha256Hex(envelope.payload)]))
  const statement = statementOf(verified)
  const isCollection = statement.predicateType === collectionType || statement.predicateType === witnessCollectionType
  const read = isCollection ? readCollection(statement, types) : statement.predicate
  return sha256Hex(stringifyJson([who, statement.predicateType, statement.subject, read, parseJson(envelope.payload)]))
}

function namesById(publicKeys: Material['publicKeys'], hash: Hash): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const [name, pem] of Object.entries(publicKeys)) {
    try {
      names.set(keyIdOf(pem, hash), name)
    } catch (error) {
      // of a kind that no tool signs with
      if (!CilockError.is(error)) throw error
    }
  }
  return names
}

/** The names of the keys that the signatures claim, or their ids; none where the envelope is none. Nothing is decided by it. */
function keysOf({ bytes }: RecordedEnvelope, names: ReadonlyMap<string, string>): readonly string[] {
  try {
    const { signatures } = parseEnvelope(decodeBase64(bytes))
    return [...new Set(signatures.map(({ keyid }) => names.get(keyid) ?? keyid))]
  } catch (error) {
    if (CilockError.is(error)) return []
    throw error
  }
}
