import { decodeBase64, parseTime } from '@cilock/core'
import { flag, listOf, mapOf, object, parsed, text } from './reader.ts'
import type { Read } from './reader.ts'
import type {
  AiPolicyMembers,
  CertConstraintMembers,
  ExternalAttestationMembers,
  FunctionaryMembers,
  PolicyMembers,
  PublicKeyMembers,
  RegoPolicyMembers,
  RootMembers,
  StepMembers,
  TimestampConstraintMembers,
} from './members.ts'
import { parseDuration } from './duration.ts'

// All that a policy may hold, also what is not judged yet: a key that is unknown here is unknown to CI/lock too.

const texts: Read<readonly string[]> = listOf(text)
const time: Read<Date> = parsed('policy-time', 'an RFC 3339 time', parseTime)
const bytes: Read<Uint8Array> = parsed('policy-value', 'base64 text', bytesOf)

const extensionNames = [
  'Issuer',
  'GithubWorkflowTrigger',
  'GithubWorkflowSHA',
  'GithubWorkflowName',
  'GithubWorkflowRepository',
  'GithubWorkflowRef',
  'BuildSignerURI',
  'BuildSignerDigest',
  'RunnerEnvironment',
  'SourceRepositoryURI',
  'SourceRepositoryDigest',
  'SourceRepositoryRef',
  'SourceRepositoryIdentifier',
  'SourceRepositoryOwnerURI',
  'SourceRepositoryOwnerIdentifier',
  'BuildConfigURI',
  'BuildConfigDigest',
  'BuildTrigger',
  'RunInvocationURI',
  'SourceRepositoryVisibilityAtSigning',
  'DeploymentEnvironment',
  'Subject',
] as const

const certConstraint: Read<CertConstraintMembers> = object({
  commonname: text,
  dnsnames: texts,
  emails: texts,
  organizations: texts,
  uris: texts,
  roots: texts,
  extensions: object(Object.fromEntries(extensionNames.map((name) => [name, text]))),
  requiredpolicyoids: texts,
})

const functionary: Read<FunctionaryMembers> = object({ type: text, certConstraint, publickeyid: text })
const regopolicies: Read<readonly RegoPolicyMembers[]> = listOf(object({ module: bytes, name: text }))
const aipolicies: Read<readonly AiPolicyMembers[]> = listOf(object({ name: text, prompt: text, model: text }))

const timestampConstraint: Read<TimestampConstraintMembers> = object({
  notBefore: time,
  notAfter: time,
  maxAge: parsed('policy-time', 'a duration such as 720h or 1h30m', parseDuration),
})

const step: Read<StepMembers> = object({
  name: text,
  functionaries: listOf(functionary),
  attestations: listOf(object({ type: text, regopolicies, aipolicies })),
  artifactsFrom: texts,
  attestationsFrom: texts,
  externalFrom: texts,
  allowedUntracked: texts,
  timestampConstraint,
})

const root: Read<RootMembers> = object({ certificate: bytes, intermediates: listOf(bytes) })

const externalAttestation: Read<ExternalAttestationMembers> = object({
  name: text,
  predicateType: text,
  functionaries: listOf(functionary),
  regopolicies,
  aipolicies,
  required: flag,
})

/** Reads a policy document, member by member, into what is judged. */
export const policyShape: Read<PolicyMembers> = object({
  expires: time,
  roots: mapOf(root),
  timestampauthorities: mapOf(root),
  publickeys: mapOf<PublicKeyMembers>(object({ keyid: text, key: bytes })),
  steps: mapOf(step),
  externalAttestations: mapOf(externalAttestation),
})

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return decodeBase64(text)
  } catch {
    return undefined
  }
}
