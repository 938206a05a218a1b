import { sha256Hex } from '@cilock/core'
import { collectionIn } from '../draft.ts'
import type { EvidenceDraft, StatementDraft } from '../draft.ts'
import { typesOf } from '../make-draft.ts'
import { always, certified, constraints, collections, entries, evidence, of, otherDigest, trees } from './fault.ts'
import type { Faults } from './fault.ts'

const enveloped = (change: EvidenceDraft['envelopes'][number]) => of(evidence, ({ envelopes }) => envelopes.push(change))
const written = (change: (text: string) => string) => of(evidence, ({ files }) => files.push(change))
const spelt = (change: (text: string) => string) => of(evidence, ({ texts }) => texts.push(change))
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))

/** What can be wrong with how evidence is signed, and brought. */
export const signatureFaults: Faults = {
  'evidence-signer-unknown': of(evidence, (each, { people }) => (each.signers = [people.mallory.signer])),
  'evidence-signer-not-allowed': of(evidence, (each, { people }) => (each.signers = [people.bystander.signer])),
  'evidence-payload-bit': enveloped((envelope) => ({ ...envelope, payload: flipped(envelope.payload, envelope.payload.length >> 1) })),
  'evidence-payload-space': enveloped((envelope) => ({ ...envelope, payload: Uint8Array.of(...envelope.payload, 0x20) })),
  'evidence-payload-type-changed': enveloped((envelope) => ({ ...envelope, payloadType: 'text/plain' })),
  'evidence-payload-type-signed': of(evidence, (each) => (each.payloadType = 'text/plain')),
  'evidence-signature-bit': enveloped((envelope) => ({ ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, sig: flipped(each.sig, each.sig.length - 1) })) })),
  'evidence-signature-cut': enveloped((envelope) => ({ ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, sig: each.sig.slice(0, -1) })) })),
  'evidence-signature-empty': enveloped((envelope) => ({ ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, sig: new Uint8Array() })) })),
  'evidence-signatures-none': enveloped((envelope) => ({ ...envelope, signatures: [] })),
  'evidence-signature-of-another': always(({ evidence: all }, random) => {
    const [one, other] = random.shuffle(all)
    if (one === undefined || other === undefined) return false
    let payload = new Uint8Array()
    other.envelopes.push((envelope) => {
      payload = Uint8Array.from(envelope.payload)
      return envelope
    })
    one.envelopes.push((envelope) => (payload.length > 0 ? { ...envelope, payload } : { ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, sig: flipped(each.sig, 4) })) }))
    return true
  }),
  'evidence-file-truncated': written((json) => json.slice(0, -20)),
  'evidence-file-empty': written(() => ''),
  'evidence-file-list': written(() => '[]'),
  'evidence-file-bad-base64': written((json) => json.replace('"payload":"', '"payload":"*')),
  'evidence-file-unpadded': written((json) => json.replace(/=+"/g, '"')),
  'evidence-file-duplicate-key': written((json) => json.replace('{', '{"payloadType":"text/plain",')),
  'certificate-expired': of(certified, (each, { people }) => (each.signers = [people.certified.expired])),
  'certificate-other-name': of(certified, (each, { people }) => (each.signers = [people.certified['other-name']])),
  'certificate-other-root': of(certified, (each, { people }) => (each.signers = [people.certified['other-root']])),
  'certificate-tls': of(certified, (each, { people }) => (each.signers = [people.certified.tls])),
  'certificate-more-names': of(certified, (each, { people }) => (each.signers = [people.certified['more-names']])),
  'timestamp-none': of(certified, (each) => (each.timestampers = [])),
  'timestamp-foreign': of(certified, (each, { people }) => (each.timestampers = [people.foreignTimestamper])),
  'timestamp-late': of(certified, (each, { people }) => (each.timestampers = [people.lateTimestamper])),
  'timestamp-of-another': of(certified, ({ envelopes }) =>
    envelopes.push((envelope) => ({ ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, sig: each.sig, ...(each.timestamps !== undefined && { timestamps: each.timestamps.map((token) => ({ ...token, data: flipped(token.data, token.data.length - 1) })) }) })) })),
  ),
  'roots-unknown': of(constraints, (constraint) => (constraint['roots'] = ['nowhere'])),
  'constraint-lists-empty': of(constraints, (constraint) => Object.assign(constraint, { dnsnames: [], organizations: [], uris: [] })),
  'constraint-name-empty': of(constraints, (constraint) => (constraint['commonname'] = '')),
}

/** What can be wrong with what evidence says. */
export const statementFaults: Faults = {
  'statement-type-other': of(evidence, ({ statement }) => (statement._type = 'https://in-toto.io/Statement/v9')),
  'predicate-type-other': of(evidence, ({ statement }) => (statement.predicateType = 'https://example.com/other/v1')),
  'statement-duplicate-key': spelt((json) => json.replace('{', '{"predicateType":"https://example.com/other/v1",')),
  'statement-key-in-other-case': spelt((json) => json.replace('"predicateType"', '"PredicateType"')),
  'statement-trailing': spelt((json) => `${json} and more`),
  'statement-truncated': spelt((json) => json.slice(0, -3)),
  'statement-no-json': spelt(() => 'not json'),
  'statement-list': spelt(() => '[]'),
  'predicate-null': of(evidence, ({ statement }) => Object.assign(statement, { predicate: null })),
  'predicate-text': of(evidence, ({ statement }) => Object.assign(statement, { predicate: 'nothing' })),
  'subject-none': of(evidence, ({ statement }) => (statement.subject = [])),
  'subject-null': of(evidence, ({ statement }) => Object.assign(statement, { subject: null })),
  'subject-other': of(evidence, ({ statement }) => subjectsOf(statement).forEach(({ digest }) => (digest['sha256'] = otherDigest(digest['sha256'] ?? '')))),
  'subject-sha1': of(evidence, ({ statement }) => subjectsOf(statement).forEach((each) => (each.digest = { sha1: 'a'.repeat(40) }))),
  'subject-no-hex': of(evidence, ({ statement }) => subjectsOf(statement).forEach(({ digest }) => (digest['sha256'] = 'z'.repeat(64)))),
  'collection-name-other': of(collections, ({ collection }) => (collection.name = 'other')),
  'collection-name-empty': of(collections, ({ collection }) => (collection.name = '')),
  'collection-name-number': of(collections, ({ collection }) => Object.assign(collection, { name: 7 })),
  'collection-empty': of(collections, ({ collection }) => (collection.attestations = [])),
  'collection-attestations-null': of(collections, ({ collection }) => Object.assign(collection, { attestations: null })),
  'attestation-missing': of(collections, ({ collection }, _draft, random) => collection.attestations.splice(random.int(0, collection.attestations.length - 1), 1)),
  'attestation-type-other': of(entries(), (entry) => (entry.type = entry.type.replace('/v0.', '/v8.'))),
  'attestation-null': of(entries(), (entry) => Object.assign(entry, { attestation: null })),
  'attestation-text': of(entries(), (entry) => Object.assign(entry, { attestation: 'text' })),
  'attestation-list': of(entries(), (entry) => Object.assign(entry, { attestation: [] })),
  'exit-code-three': of(entries('command-run'), ({ attestation }) => (attestation['exitcode'] = 3)),
  'exit-code-missing': of(entries('command-run'), ({ attestation }) => delete attestation['exitcode']),
  'exit-code-text': of(entries('command-run'), ({ attestation }) => (attestation['exitcode'] = '0')),
  'exit-code-fraction': of(entries('command-run'), ({ attestation }) => (attestation['exitcode'] = 0.5)),
  'command-missing': of(entries('command-run'), ({ attestation }) => delete attestation['cmd']),
  'command-text': of(entries('command-run'), ({ attestation }) => (attestation['cmd'] = 'make')),
  'command-other': of(entries('command-run'), ({ attestation }) => (attestation['cmd'] = ['rm', 'curl'])),
  'command-twice': of(collections, ({ collection }, { plan }) => {
    const ran = collection.attestations.find(({ type }) => type === typesOf[plan.spelling].commandRun)
    if (ran === undefined) return false
    collection.attestations.push({ ...ran, attestation: { ...ran.attestation, exitcode: 3 } })
    return true
  }),
  'back-references-none': of(collections, ({ collection }) => Object.assign(collection, { backrefs: {} })),
}

/** What can be wrong with files. */
export const artifactFaults: Faults = {
  'tree-leaf-digest': of(trees('material'), ({ leaves }, _draft, random) => {
    const leaf = random.pick(leaves)
    leaf.fileDigest = otherDigest(leaf.fileDigest)
  }),
  'tree-leaf-removed': of(trees('product'), ({ leaves }) => leaves.pop()),
  'tree-size-wrong': of(trees('material'), ({ tree }) => (tree['treeSize'] = 77)),
  'tree-construction-other': of(trees('material'), ({ tree }) => (tree['construction'] = 'RFC9999')),
  'tree-leaf-hash-wrong': of(trees('material'), ({ leaves }) => leaves.forEach((leaf) => (leaf.leafHash = 'a'.repeat(64)))),
  'tree-leaf-twice': of(trees('material'), ({ leaves }) => leaves.push(...leaves.slice(0, 1))),
  'tree-leaves-none': of(trees('material'), ({ tree }) => (tree['leaves'] = [])),
  'tree-leaves-left-out': of(trees('material'), ({ tree }) => delete tree['leaves']),
  'tree-root-other': of(trees('product'), ({ tree }) => (tree['merkleRoot'] = otherDigest(String(tree['merkleRoot'])))),
  'map-digest-other': of(mapped('material'), ({ files }, _draft, random) => {
    const path = random.pick(Object.keys(files))
    files[path] = { sha256: sha256Hex('changed') }
  }),
  'map-path-other': of(mapped('material'), ({ files }) => {
    for (const path of Object.keys(files)) {
      files[`moved/${path}`] = files[path]
      delete files[path]
    }
  }),
  'map-path-more': of(mapped('material'), ({ files }) => (files['untracked'] = { sha256: sha256Hex('untracked') })),
  'map-digest-sha1': of(mapped('material'), ({ files }) => Object.keys(files).forEach((path) => (files[path] = { sha1: 'b'.repeat(40) }))),
  'map-digest-more': of(mapped('material'), ({ files }) => Object.entries(files).forEach(([path, digest]) => (files[path] = { ...(digest as object), sha1: 'b'.repeat(40) }))),
  'map-digest-empty': of(mapped('material'), ({ files }) => Object.keys(files).forEach((path) => (files[path] = {}))),
  'map-empty': of(mapped('material'), ({ files }) => Object.keys(files).forEach((path) => delete files[path])),
  'map-again-with-other-digest': of(collections, ({ collection }) => {
    const map = collection.attestations.find(({ type }) => type.includes('/material/v0.1'))
    const [path] = Object.keys(map?.attestation ?? {})
    if (map === undefined || path === undefined) return false
    collection.attestations.unshift({ ...map, attestation: { [path]: { sha256: sha256Hex('first') } } })
    return true
  }),
}

/** What can be wrong with what there is. */
export const worldFaults: Faults = {
  'evidence-missing': always((draft, random) => draft.evidence.splice(random.int(0, draft.evidence.length - 1), 1)),
  'evidence-none-of-a-step': of(collections, ({ evidence: { of: step } }, draft) => {
    draft.evidence = draft.evidence.filter((each) => each.of !== step)
    return draft.evidence.length > 0
  }),
  'artifact-other': always((draft) => (draft.subject = `sha256:${sha256Hex('something else')}`)),
  'artifact-in-capitals': always((draft) => (draft.subject = draft.subject.toUpperCase().replace('SHA256', 'sha256'))),
  'external-denied': of(outside, ({ statement }) => Object.assign(statement, { predicate: { ok: false } })),
  'external-other-artifact': of(outside, ({ statement }) => subjectsOf(statement).forEach((each) => (each.digest = { sha256: sha256Hex('other') }))),
  'external-missing': of(outside, (each, draft) => {
    draft.evidence = draft.evidence.filter((other) => other !== each)
    return draft.evidence.length > 0
  }),
  'external-with-name': of(outside, ({ statement }) => Object.assign(statement, { predicate: { ok: true, name: 7 } })),
}

/** What has to make no difference. */
export const harmlessFaults: Faults = {
  'evidence-in-other-order': always((draft, random) => (draft.evidence = random.shuffle(draft.evidence))),
  'evidence-copied': of(evidence, (each, draft) => draft.evidence.push({ ...each, name: `${each.name}-copy` })),
  'evidence-foreign': of(evidence, (each, draft) =>
    draft.evidence.push({ ...each, name: `${each.name}-foreign`, of: '', signers: [draft.people.mallory.signer], timestampers: [], statement: structuredClone(each.statement), texts: [], envelopes: [], files: [] }),
  ),
  'evidence-signed-twice': enveloped((envelope) => ({ ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] })),
  'evidence-junk-signature-too': enveloped((envelope) => ({ ...envelope, signatures: [{ keyid: 'junk', sig: Uint8Array.of(1, 2, 3) }, ...envelope.signatures] })),
  'evidence-key-id-other': enveloped((envelope) => ({ ...envelope, signatures: envelope.signatures.map((each) => ({ ...each, keyid: 'somebody' })) })),
  'evidence-of-nobody': of(collections, ({ evidence: each }, draft) => {
    const statement = structuredClone(each.statement)
    Object.assign(statement.predicate, { name: 'unheard-of' })
    draft.evidence.push({ ...each, name: 'unheard-of', of: '', statement, texts: [], envelopes: [], files: [] })
  }),
  'attestation-unknown-too': of(collections, ({ collection }) => collection.attestations.push({ type: 'https://example.com/unknown/v1', attestation: { any: 'thing' }, starttime: '2026-06-01T11:00:00Z', endtime: '2026-06-01T11:00:00Z' })),
  'statement-v1': of(collections, ({ evidence: { statement } }) => (statement._type = 'https://in-toto.io/Statement/v1')),
  'policy-also-signed': always((draft) => draft.policySigners.unshift(draft.people.mallory.signer)),
  'policy-signed-twice': always(({ policyEnvelopes }) => policyEnvelopes.push((envelope) => ({ ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] }))),
  'policy-of-witness': always((draft) => (draft.policyPayloadType = 'https://witness.testifysec.com/policy/v0.1')),
}

function mapped(name: 'material'): (draft: Parameters<typeof collections>[0]) => readonly { readonly files: Record<string, unknown> }[] {
  return (draft) => entries(name)(draft).flatMap(({ type, attestation: files }) => (type.endsWith('/v0.1') && Object.keys(files).length > 0 ? [{ files }] : []))
}

function outside(draft: Parameters<typeof collections>[0]): readonly EvidenceDraft[] {
  return draft.evidence.filter(({ statement }) => collectionIn(statement) === undefined)
}

/** A fault before may have left none. */
function subjectsOf({ subject }: StatementDraft): StatementDraft['subject'] {
  return Array.isArray(subject) ? subject : []
}
