import { attest, collectionOf, findType, readAttestation, statementOf, verifyEnvelope } from '@cilock/core'
import type { Artifacts, AttestContext, Attestor, Evidence, RunType } from '@cilock/core'
import { seededKey } from '../seed/seeded-key.ts'
import { AssertionError } from '../error.ts'

/** What comes out of the envelope at the end of the road. */
interface Arrived {
  readonly type: string
  readonly read: Evidence
  /** Only of an entry in a collection. */
  readonly backRefs?: Artifacts
}

/** Runs one attestor as `attest()` does, signs what it found, verifies it, and reads it by the attestor's own type. */
export async function onSignedRoad(attestor: Attestor, context: AttestContext): Promise<Arrived> {
  const { signer, verifier } = await seededKey('contract')
  const { envelope, exported } = await attest({ ...context, attestors: [...earlier(context, attestor.runType), attestor], signers: [signer] })
  const [own] = exported
  if (own !== undefined) {
    const { predicateType, predicate } = statementOf(await verifyEnvelope(own.envelope, [verifier]))
    return { type: predicateType, read: attestor.read(predicate, predicateType) }
  }
  const collection = collectionOf(statementOf(await verifyEnvelope(envelope, [verifier])))
  const entry = collection.attestations.findLast(({ type }) => findType([attestor], type) !== undefined)
  if (entry === undefined) throw new AssertionError(`expected an entry of ${attestor.name} in the collection, found none`)
  const { evidence } = readAttestation(entry, [attestor])
  if (evidence === undefined) throw new AssertionError(`expected ${attestor.name} to read its entry, found no reader`)
  return { type: entry.type, read: evidence, backRefs: collection.backrefs ?? {} }
}

const stages: readonly RunType[] = ['prematerial', 'material', 'execute', 'product', 'postproduct']

/** What earlier stages found, told again: a context stands for them. */
function earlier({ materials, products, completed }: AttestContext, runType: RunType): readonly Attestor[] {
  const before = stages[Math.max(0, stages.indexOf(runType) - 1)]
  if (before === undefined || before === runType) return []
  const told = (name: string, type: string, evidence: Evidence): Attestor => ({ name, predicateType: type, runType: before, read: () => evidence, attest: async () => evidence })
  return [
    told('earlier', 'https://cilock.dev/testing/earlier/v1', { predicate: {}, materials, products }),
    ...completed.map(({ name, type, evidence: { subjects: _subjects, backRefs: _backRefs, materials: _materials, products: _products, ...evidence } }) => told(name, type, evidence)),
  ]
}
