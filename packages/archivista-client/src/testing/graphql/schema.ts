import type { RowType } from '../rows/row.ts'

/** A type as GraphQL writes it, taken apart. */
export interface TypeRef {
  readonly name: string
  readonly isList: boolean
  readonly isRequired: boolean
  /** Of a list. */
  readonly isItemRequired: boolean
}

export function typeRef(text: string): TypeRef {
  const found = /^(\[)?(\w+)(!)?(?:\](!)?)?$/.exec(text)
  const isList = found?.[1] !== undefined
  return { name: found?.[2] ?? text, isList, isRequired: (isList ? found?.[4] : found?.[3]) !== undefined, isItemRequired: isList && found?.[3] !== undefined }
}

export function typeText({ name, isList, isRequired, isItemRequired }: TypeRef): string {
  return `${isList ? `[${name}${isItemRequired ? '!' : ''}]` : name}${isRequired ? '!' : ''}`
}

type Fields = Readonly<Record<string, string>>

const rowTypes: Readonly<Record<RowType, Fields>> = {
  Dsse: { createdAt: 'Time', gitoidSha256: 'String!', payloadType: 'String!', statement: 'Statement', signatures: '[Signature!]', payloadDigests: '[PayloadDigest!]' },
  Statement: { predicate: 'String!', subjects: 'SubjectConnection!', policy: 'AttestationPolicy', attestationCollections: 'AttestationCollection', dsse: '[Dsse!]' },
  Subject: { createdAt: 'Time', name: 'String!', subjectDigests: '[SubjectDigest!]', statement: 'Statement' },
  SubjectDigest: { algorithm: 'String!', value: 'String!', subject: 'Subject' },
  AttestationCollection: { name: 'String!', attestations: '[Attestation!]', statement: 'Statement!' },
  Attestation: { type: 'String!', attestationCollection: 'AttestationCollection!' },
  AttestationPolicy: { name: 'String!', statement: 'Statement' },
  Signature: { keyID: 'String!', signature: 'String!', dsse: 'Dsse', timestamps: '[Timestamp!]' },
  Timestamp: { type: 'String!', timestamp: 'Time!', signature: 'Signature' },
  PayloadDigest: { algorithm: 'String!', value: 'String!', dsse: 'Dsse' },
}

/** Of each object type, its fields. */
export const objectTypes: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['Query', { node: 'Node', nodes: '[Node]!', attestationPolicies: 'AttestationPolicyConnection!', dsses: 'DsseConnection!', subjects: 'SubjectConnection!' }],
  ['Node', { id: 'ID!' }],
  ['PageInfo', { hasNextPage: 'Boolean!', hasPreviousPage: 'Boolean!', startCursor: 'Cursor', endCursor: 'Cursor' }],
  ...Object.entries(rowTypes).map(([name, fields]): [string, Fields] => [name, { id: 'ID!', ...fields }]),
  ...['Dsse', 'Subject', 'AttestationPolicy'].flatMap((name): [string, Fields][] => [
    [`${name}Connection`, { edges: `[${name}Edge]`, pageInfo: 'PageInfo!', totalCount: 'Int!' }],
    [`${name}Edge`, { node: name, cursor: 'Cursor!' }],
  ]),
])

const paged = { after: 'Cursor', first: 'Int', before: 'Cursor', last: 'Int' }
const subjectPages = { ...paged, orderBy: 'SubjectOrder', where: 'SubjectWhereInput' }

/** Of each field that has some, its arguments. */
export const fieldArguments: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ['Query.node', { id: 'ID!' }],
  ['Query.nodes', { ids: '[ID!]!' }],
  ['Query.attestationPolicies', { ...paged, where: 'AttestationPolicyWhereInput' }],
  ['Query.dsses', { ...paged, orderBy: 'DsseOrder', where: 'DsseWhereInput' }],
  ['Query.subjects', subjectPages],
  ['Statement.subjects', subjectPages],
])

export const enumTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ['OrderDirection', ['ASC', 'DESC']],
  ['DsseOrderField', ['CREATED_AT']],
  ['SubjectOrderField', ['CREATED_AT']],
])

export const scalarTypes: ReadonlySet<string> = new Set(['ID', 'String', 'Int', 'Boolean', 'Time', 'Cursor', 'Float'])

const ordered = ['', 'NEQ', 'GT', 'GTE', 'LT', 'LTE']
const textual = [...ordered, 'Contains', 'HasPrefix', 'HasSuffix', 'EqualFold', 'ContainsFold']

/** Of each input type, its members. */
export const inputTypes: ReadonlyMap<string, Fields> = new Map<string, Fields>([
  ...['Dsse', 'Subject'].map((name): [string, Fields] => [`${name}Order`, { direction: 'OrderDirection!', field: `${name}OrderField!` }]),
  ...Object.entries(rowTypes).map(([name, fields]): [string, Fields] => [`${name}WhereInput`, whereFields(`${name}WhereInput`, { id: 'ID!', ...fields })]),
])

function whereFields(own: string, fields: Fields): Fields {
  const members: [string, string][] = [['not', own], ['and', `[${own}!]`], ['or', `[${own}!]`]]
  for (const [name, text] of Object.entries(fields)) {
    const type = typeRef(text)
    if (!scalarTypes.has(type.name)) {
      const target = type.name.replace(/Connection$/, '')
      members.push([edgeMember(name), 'Boolean'], [`${edgeMember(name)}With`, `[${target}WhereInput!]`])
      continue
    }
    for (const suffix of type.name === 'String' ? textual : ordered) members.push([`${name}${suffix}`, type.name])
    members.push([`${name}In`, `[${type.name}!]`], [`${name}NotIn`, `[${type.name}!]`])
    if (type.name === 'Time' && !type.isRequired) members.push([`${name}IsNil`, 'Boolean'], [`${name}NotNil`, 'Boolean'])
  }
  return Object.fromEntries(members)
}

/** `hasSubjects` for `subjects`. */
export function edgeMember(edge: string): string {
  return `has${edge.slice(0, 1).toUpperCase()}${edge.slice(1)}`
}

export function isKnownType(name: string): boolean {
  return scalarTypes.has(name) || enumTypes.has(name) || inputTypes.has(name) || objectTypes.has(name)
}
