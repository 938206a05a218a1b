// The same by `require`, which Node has for ECMAScript modules since 20.19: sign, verify, refuse.
import core = require('@cilock/core')
import assert = require('node:assert/strict')

async function main(): Promise<void> {
  const { signer, verifier } = await core.generateKey('ed25519')
  const payload = core.encodeStatement({ subjects: { 'file:a': { sha256: core.sha256Hex('a') } }, predicateType: 'https://example.com/test/v1', predicate: { passed: true } })
  const envelope = await core.signEnvelope({ payload, payloadType: core.inTotoPayloadType, signers: [signer] })
  const verified = await core.verifyEnvelope(core.parseEnvelope(core.encodeEnvelope(envelope)), [verifier])
  assert.deepEqual(core.statementOf(verified).predicate, { passed: true })
  const { verifier: stranger } = await core.generateKey('ed25519')
  await assert.rejects(core.verifyEnvelope(envelope, [stranger]), { code: 'ERR_SIGNATURE_INVALID' })
  console.log('require: signed, verified, and refused with another key')
}

void main()
