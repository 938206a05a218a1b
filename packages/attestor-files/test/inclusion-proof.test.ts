import { attest, generateKey } from '@cilock/core'
import { inclusionProof, inclusionProofType } from '@cilock/attestor-files'
import { recordedRuns, skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'

const runs = recordedRuns('lib-inclusion-proof', 'by-name-inclusion-proof')
const entryOf = (id: string) => runs.find((run) => run.id === id)?.statements[0]?.entries.find(({ type }) => type === inclusionProofType.predicateType)

describe.skipIf(vectors('golden/evidence') === undefined)(runs.length === 0 ? skipped('golden/evidence') : 'inclusion-proof', () => {
  it('is read as Go wrote it', () => {
    const { predicate, subjects, backRefs } = entryOf('lib-inclusion-proof') ?? { predicate: undefined, subjects: {}, backRefs: {} }
    expect(inclusionProofType.read(predicate, inclusionProofType.predicateType)).toEqual({ predicate, subjects, backRefs })
    expect(Object.keys(subjects)).toEqual(['file:a.txt'])
  })

  it('of nothing speaks about nothing', () => {
    const { predicate } = entryOf('by-name-inclusion-proof') ?? { predicate: undefined }
    expect(inclusionProofType.read(predicate, inclusionProofType.predicateType)).toEqual({ predicate, subjects: {}, backRefs: {} })
  })

  it('is put into a collection as Go does', async () => {
    const { predicate } = entryOf('lib-inclusion-proof') ?? { predicate: undefined }
    const { evidence } = { evidence: inclusionProofType.read(predicate, inclusionProofType.predicateType) }
    const { signer } = await generateKey('ed25519')
    const { collection, subjects } = await attest({
      step: 'prove',
      workingDir: '/',
      env: {},
      clock: () => new Date(0),
      host: { os: 'linux', name: 'h', user: 'u' },
      attestors: [inclusionProof({ proof: evidence.predicate })],
      signers: [signer],
    })
    expect(collection.attestations.map(({ attestation }) => attestation)).toEqual([predicate])
    expect(Object.keys(subjects)).toEqual([`${inclusionProofType.predicateType}/file:a.txt`])
    expect(collection.backrefs).toEqual(subjects)
  })

  it('is refused at once when it is none', () => {
    const proof = { treeRoot: '', leafIndex: 0, leafPath: 'a', fileDigest: 'x', auditPath: null, hashAlgorithm: 'sha256', construction: 'RFC6962' }
    expect(() => inclusionProof({ proof })).toThrow(expect.objectContaining({ code: 'ERR_EVIDENCE_INVALID' }))
  })
})
