import { encodeEnvelope, encodeStatement, generateKey, importSigner, importVerifier, inTotoPayloadType, keyKinds, parseEnvelope, sha256Hex, signEnvelope, stringifyJson, statementOf, verifyEnvelope } from '@cilock/core'
import type { KeyHash, KeyKind, Signer, Verifier } from '@cilock/core'
import { tamper } from '@cilock/testing'
import type { Check } from './check.ts'
import { codeOf, same } from './check.ts'

/** The names of these checks say which kind they are about. */
export const signCheck = (kind: KeyKind): string => `sign: ${kind}`

/** A new key of every kind, through its PEM and back, signs; what it signed is verified, and refused when it is not that. */
export function signChecks(): readonly Check[] {
  const kinds = keyKinds.map((kind) => ({ name: signCheck(kind), needs: [kind], run: async () => signedWith(kind, 'sha256') }))
  const hashes = (['sha384', 'sha512'] as const).flatMap((hash) =>
    (['ec-p256', 'ec-p521', 'rsa-2048'] as const).map((kind) => ({ name: `sign over ${hash}: ${kind}`, needs: [kind], run: async () => signedWith(kind, hash) })),
  )
  return [...kinds, ...hashes]
}

async function signedWith(kind: KeyKind, hash: KeyHash): Promise<string> {
  const { privateKeyPem, publicKeyPem } = await generateKey(kind)
  const signer = await importSigner(privateKeyPem, { hash })
  const verifier = await importVerifier(publicKeyPem, { hash })
  same('public key', signer.publicKeyPem, publicKeyPem)
  return signAndVerify(signer, verifier)
}

/** Signs a statement, verifies it, and has it refused when tampered with. */
export async function signAndVerify(signer: Signer, verifier: Verifier): Promise<string> {
  const payload = encodeStatement({ subjects: { 'file:app': { sha256: sha256Hex('app') } }, predicateType: 'https://example.test/note/v1', predicate: { note: 'signed <here> & now' } })
  const envelope = parseEnvelope(encodeEnvelope(await signEnvelope({ payload, payloadType: inTotoPayloadType, signers: [signer] })))
  const statement = stringifyJson(statementOf(await verifyEnvelope(envelope, [verifier])))
  const refused = []
  for (const what of ['payload', 'signature', 'unsigned', 'subject'] as const) {
    refused.push(`${what} ${await codeOf(async () => verifyEnvelope(tamper(envelope, what), [verifier]))}`)
  }
  refused.push(`payloadType ${await codeOf(async () => verifyEnvelope(tamper(envelope, 'payloadType'), [verifier]))}`)
  return `${statement}; refused: ${refused.join(', ')}`
}
