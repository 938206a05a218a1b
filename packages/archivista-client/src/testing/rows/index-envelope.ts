import { encodeBase64, sha256Hex, witnessCollectionType, collectionType } from '@cilock/core'
import { bytesIn, listIn, mismatch, objectIn, textIn } from '../go/decode.ts'
import { decodeGoJson, GoJsonError, kindOf, memberOf } from '../go/json.ts'
import type { GoObject, GoValue } from '../go/json.ts'
import { tokenTime } from './token-time.ts'
import type { Row, RowMaker } from './row.ts'

/** Why the server does not index an envelope, in its own words. */
export class IndexError extends Error {
  override readonly name: string = 'IndexError'
}

export interface IndexOptions {
  readonly gitoid: string
  readonly rows: RowMaker
  /** Whether CI/lock's collections are read, too. */
  readonly aflockCollections: boolean
}

const policyPayloadType = 'https://witness.testifysec.com/policy/'
/** What PostgreSQL takes in one statement, at four columns a row. */
const maxSubjects = 16_383

/**
 * Reads an envelope as the server's index does: as leniently, with its words for what it refuses.
 *
 * @throws IndexError, GoJsonError
 */
export function indexEnvelope(bytes: Uint8Array, { gitoid, rows, aflockCollections }: IndexOptions): Row {
  const envelope = objectIn(decodeGoJson(bytes), 'dsse.Envelope')
  const payload = bytesIn(envelope, 'payload', 'Envelope.payload')
  const payloadType = textIn(envelope, 'payloadType', 'Envelope.payloadType')
  const signatures = listIn(envelope, 'signatures', 'Envelope.signatures', '[]dsse.Signature').map((each) => signatureRow(objectIn(each, 'dsse.Signature'), rows))
  const parsed = decodeGoJson(payload)
  const isPolicy = payloadType.includes(policyPayloadType)
  required('Dsse.payload_type', payloadType)
  for (const { values } of signatures) required('Signature.signature', values['signature'] ?? '')
  const statement = isPolicy ? policyRow(parsed, payloadType, gitoid, rows) : statementRow(parsed, rows, aflockCollections)
  const digest = rows.make('PayloadDigest', { algorithm: 'sha256', value: sha256Hex(payload) }, {})
  const dsse = rows.make('Dsse', { gitoidSha256: gitoid, payloadType, createdAt: rows.now() }, { statement, signatures, payloadDigests: [digest] })
  for (const each of [...signatures, digest]) each.edges['dsse'] = dsse
  statement.edges['dsse'] = [dsse]
  return dsse
}

function signatureRow(signature: GoObject, rows: RowMaker): Row {
  const sig = bytesIn(signature, 'sig', 'Signature.signatures.sig')
  const timestamps = listIn(signature, 'timestamps', 'Signature.signatures.timestamps', '[]dsse.SignatureTimestamp').map((each) => {
    const timestamp = objectIn(each, 'dsse.SignatureTimestamp')
    const type = textIn(timestamp, 'type', 'SignatureTimestamp.type')
    const data = bytesIn(timestamp, 'data', 'SignatureTimestamp.data')
    if (type !== 'tsp') throw new IndexError(`unknown timestamp type: ${type}`)
    return rows.make('Timestamp', { type, timestamp: tokenTime(data) }, {})
  })
  const row = rows.make('Signature', { keyID: textIn(signature, 'keyid', 'Signature.keyid'), signature: encodeBase64(sig) }, { timestamps })
  for (const each of timestamps) each.edges['signature'] = row
  return row
}

function policyRow(parsed: GoValue, payloadType: string, gitoid: string, rows: RowMaker): Row {
  objectIn(parsed, 'policy.Policy')
  const policy = rows.make('AttestationPolicy', { name: gitoid }, {})
  const subject = rows.make('Subject', { name: gitoid, createdAt: rows.now() }, { subjectDigests: [] })
  const statement = rows.make('Statement', { predicate: payloadType }, { subjects: [subject], policy, attestationCollections: null })
  policy.edges['statement'] = statement
  subject.edges['statement'] = statement
  return statement
}

function statementRow(parsed: GoValue, rows: RowMaker, aflockCollections: boolean): Row {
  const statement = objectIn(parsed, 'intoto.Statement')
  const subjects = listIn(statement, 'subject', 'Statement.subject', '[]intoto.Subject').map((each) => subjectRow(objectIn(each, 'intoto.Subject'), rows))
  const predicate = textIn(statement, 'predicateType', 'Statement.predicateType')
  required('Statement.predicate', predicate)
  if (subjects.length > maxSubjects) throw new IndexError('insert nodes to table "subjects": extended protocol limited to 65535 parameters')
  for (const { values, edges } of subjects) {
    required('Subject.name', values['name'] ?? '')
    for (const digest of Array.isArray(edges['subjectDigests']) ? edges['subjectDigests'] : []) {
      required('SubjectDigest.algorithm', digest.values['algorithm'] ?? '')
      required('SubjectDigest.value', digest.values['value'] ?? '')
    }
  }
  const isCollection = predicate === witnessCollectionType || (aflockCollections && predicate === collectionType)
  const collection = isCollection ? collectionRow(memberOf(statement, 'predicate'), rows) : null
  const row = rows.make('Statement', { predicate }, { subjects, policy: null, attestationCollections: collection })
  for (const each of subjects) each.edges['statement'] = row
  if (collection !== null) collection.edges['statement'] = row
  return row
}

function subjectRow(subject: GoObject, rows: RowMaker): Row {
  const name = textIn(subject, 'name', 'Subject.subject.name')
  const digests = memberOf(subject, 'digest') ?? null
  if (digests !== null && !(digests instanceof Map)) throw mismatch(digests, 'Subject.subject.digest', 'intoto.DigestSet')
  const subjectDigests = [...((digests ?? new Map()) as GoObject)].map(([algorithm, value]) => {
    if (value !== null && typeof value !== 'string') throw mismatch(value, 'Subject.subject.digest', 'string')
    return rows.make('SubjectDigest', { algorithm, value: value ?? '' }, {})
  })
  const row = rows.make('Subject', { name, createdAt: rows.now() }, { subjectDigests })
  for (const each of subjectDigests) each.edges['subject'] = row
  return row
}

const attestationsType = 'ParsedCollection.attestations of type []struct { Type string "json:\\"type\\""; Attestation json.RawMessage "json:\\"attestation\\"" }'

function collectionRow(predicate: GoValue | undefined, rows: RowMaker): Row {
  const collection = objectIn(predicate, 'attestationcollection.ParsedCollection')
  const list = memberOf(collection, 'attestations') ?? []
  if (list !== null && !Array.isArray(list)) {
    throw new GoJsonError(`unable to parse intoto statements predicate: json: cannot unmarshal ${kindOf(list)} into Go struct field ${attestationsType}`)
  }
  const name = textIn(collection, 'name', 'ParsedCollection.name')
  required('AttestationCollection.name', name)
  const attestations = ((list ?? []) as readonly GoValue[]).map((each) => {
    const type = textIn(objectIn(each, 'struct'), 'type', 'ParsedCollection.attestations.type')
    required('Attestation.type', type)
    return rows.make('Attestation', { type }, {})
  })
  const row = rows.make('AttestationCollection', { name }, { attestations })
  for (const each of attestations) each.edges['attestationCollection'] = row
  return row
}

function required(field: string, value: string): void {
  if (value === '') throw new IndexError(`ent: validator failed for field "${field}": value is less than the required length`)
}
