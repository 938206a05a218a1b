import { compareUtf8, encodeBase64, encodeUtf8, parseJson, stringifyJson } from '@cilock/core'
import type { PredicateType } from '@cilock/core'
import type {
  AttestationDocument,
  CertConstraintDocument,
  ExternalAttestationDocument,
  FunctionaryDocument,
  PolicyDocument,
  PublicKeyDocument,
  RegoPolicyDocument,
  RootDocument,
  StepDocument,
  TimestampConstraintDocument,
} from '../document/policy.ts'
import type {
  AttestationDefinition,
  AuthorityDefinition,
  CertificateFunctionary,
  ExternalDefinition,
  FunctionaryDefinition,
  PolicyDefinition,
  PolicyPublicKey,
  RegoDefinition,
  SignedWithin,
  StepDefinition,
} from './definition.ts'
import { below, finding } from '../document/reader.ts'
import type { Finding } from '../document/reader.ts'
import { DefinitionError } from './error.ts'
import { expectDefinition } from './expect-definition.ts'
import { documentFindings } from './findings.ts'

/**
 * A policy document as CI/lock and witness read it: keys are gathered from the functionaries, names are written where the
 * formats want them, and what a verifier would refuse of that is refused here. Keys, certificates and Rego are taken as they
 * are: `lintPolicy()` reads and compiles them.
 *
 * @throws DefinitionError `ERR_POLICY_DOCUMENT` with everything that a verifier would refuse in the document.
 * @throws TypeError when a member is missing or of the wrong kind, a time is none, or an extension has no such name.
 * @example
 * const builder = await generateKey('ec-p256')
 * const policy = definePolicy({
 *   expires: new Date('2031-01-31T00:00:00Z'),
 *   steps: {
 *     build: {
 *       functionaries: [builder.verifier],
 *       attestations: [{ type: 'https://aflock.ai/attestations/command-run/v0.1', rego: 'package build\ndeny[m] { input.exitcode != 0; m := "it failed" }' }],
 *     },
 *   },
 * })
 */
export function definePolicy<Step extends string, External extends string = never, Root extends string = never>(
  definition: PolicyDefinition<Step, External, Root>,
): PolicyDocument {
  expectDefinition(definition)
  const steps = entriesOf<StepDefinition>(definition.steps)
  const externals = entriesOf<ExternalDefinition>(definition.externals ?? {})
  const functionaries = [...steps, ...externals].flatMap(([, { functionaries: some }]) => some)
  const publickeys = publicKeysOf(functionaries)
  const document: PolicyDocument = {
    expires: timeOf(definition.expires, 'expires'),
    ...presentMap('roots', entriesOf<AuthorityDefinition>(definition.roots ?? {}).map(([name, authority]) => [name, authorityOf(authority)] as const)),
    ...presentMap('timestampauthorities', entriesOf<AuthorityDefinition>(definition.timestampAuthorities ?? {}).map(([name, authority]) => [name, authorityOf(authority)] as const)),
    ...presentMap('publickeys', publickeys),
    steps: fromEntries(steps.map(([name, step]) => [name, stepOf(name, step)])),
    ...presentMap('externalAttestations', externals.map(([name, external]) => [name, externalOf(name, external)] as const)),
  }
  const findings = [...repeatedKeys(functionaries), ...documentFindings(parseJson(encodeUtf8(stringifyJson(document))))]
  if (findings.length > 0) throw new DefinitionError(findings)
  return document
}

type Entries<T> = readonly (readonly [string, T])[]

/** By name, as Go writes maps: a definition written in another order gives the same bytes. */
function entriesOf<T>(members: Readonly<Record<string, T>>): Entries<T> {
  return Object.entries(members).sort(([a], [b]) => compareUtf8(a, b))
}

// a name from outside may be `__proto__`, which assignment would swallow
function fromEntries<T>(entries: Entries<T>): Readonly<Record<string, T>> {
  return Object.fromEntries(entries)
}

function presentMap<Key extends string, T>(key: Key, entries: Entries<T>): { readonly [K in Key]?: Readonly<Record<string, T>> } {
  return entries.length === 0 ? {} : ({ [key]: fromEntries(entries) } as { readonly [K in Key]?: Readonly<Record<string, T>> })
}

function publicKeysOf(functionaries: readonly FunctionaryDefinition[]): Entries<PublicKeyDocument> {
  const keys = new Map<string, PublicKeyDocument>()
  for (const functionary of functionaries) {
    if (!isPublicKey(functionary)) continue
    const { keyid, publicKeyPem } = functionary
    keys.set(keyid, { keyid, key: base64(publicKeyPem) })
  }
  return [...keys].sort(([a], [b]) => compareUtf8(a, b))
}

/** Two keys under one id: the policy could hold but one of them. */
function repeatedKeys(functionaries: readonly FunctionaryDefinition[]): readonly Finding[] {
  const texts = new Map<string, Set<string>>()
  for (const functionary of functionaries) if (isPublicKey(functionary)) texts.set(functionary.keyid, new Set([...(texts.get(functionary.keyid) ?? []), functionary.publicKeyPem]))
  return [...texts].filter(([, { size }]) => size > 1).map(([keyid, { size }]) => finding('policy-public-key', below('/publickeys', keyid), 'one public key for each id', `${size} different ones`))
}

function isPublicKey(functionary: FunctionaryDefinition): functionary is PolicyPublicKey {
  return 'publicKeyPem' in functionary
}

function functionaryOf(functionary: FunctionaryDefinition): FunctionaryDocument {
  // no empty certConstraint beside a key id: CI/lock takes an empty list in it for a constraint that a raw key cannot meet
  return isPublicKey(functionary) ? { type: 'publickey', publickeyid: functionary.keyid } : { type: 'root', certConstraint: constraintOf(functionary) }
}

const anything = ['*'] as const

function constraintOf(functionary: CertificateFunctionary): CertConstraintDocument {
  const { roots, commonName, dnsNames, emails, organizations, uris, extensions, requiredPolicyOids } = functionary
  return {
    commonname: commonName ?? '*',
    dnsnames: dnsNames ?? anything,
    emails: emails ?? anything,
    organizations: organizations ?? anything,
    uris: uris ?? anything,
    roots,
    extensions: { Issuer: '', ...extensions },
    ...(requiredPolicyOids !== undefined && { requiredpolicyoids: requiredPolicyOids }),
  }
}

function stepOf(name: string, step: StepDefinition): StepDocument {
  const { functionaries, attestations, artifactsFrom, attestationsFrom, externalFrom, allowedUntracked, signedWithin } = step
  return {
    name,
    functionaries: functionaries.map(functionaryOf),
    attestations: attestations.map((attestation, index) => attestationOf(attestation, `${name}-${index}`)),
    ...(artifactsFrom !== undefined && { artifactsFrom }),
    ...(attestationsFrom !== undefined && { attestationsFrom }),
    ...(externalFrom !== undefined && { externalFrom }),
    ...(allowedUntracked !== undefined && { allowedUntracked }),
    ...(signedWithin !== undefined && { timestampConstraint: timestampConstraintOf(name, signedWithin) }),
  }
}

function attestationOf(definition: AttestationDefinition, name: string): AttestationDocument {
  if (typeof definition === 'string') return { type: definition, regopolicies: [] }
  if ('predicateType' in definition) return { type: definition.predicateType, regopolicies: [] }
  return { type: uriOf(definition.type), regopolicies: regoOf(definition.rego, name) }
}

function externalOf(name: string, { predicateType, functionaries, rego, required = true }: ExternalDefinition): ExternalAttestationDocument {
  const regopolicies = regoOf(rego, name)
  return {
    name,
    predicateType: uriOf(predicateType),
    functionaries: functionaries.map(functionaryOf),
    ...(regopolicies.length > 0 && { regopolicies }),
    required,
  }
}

function uriOf(type: PredicateType | string): string {
  return typeof type === 'string' ? type : type.predicateType
}

function regoOf(rego: RegoDefinition | undefined, name: string): readonly RegoPolicyDocument[] {
  if (rego === undefined) return []
  const modules = typeof rego === 'string' ? [[`${name}.rego`, rego] as const] : Object.entries(rego)
  return modules.map(([file, text]) => ({ module: base64(text), name: file }))
}

function authorityOf({ certificate, intermediates = [] }: AuthorityDefinition): RootDocument {
  return { certificate: base64(certificate), ...(intermediates.length > 0 && { intermediates: intermediates.map(base64) }) }
}

function timestampConstraintOf(step: string, { notBefore, notAfter, maxAge }: SignedWithin): TimestampConstraintDocument {
  return {
    ...(notBefore !== undefined && { notBefore: timeOf(notBefore, `steps.${step}.signedWithin.notBefore`) }),
    ...(notAfter !== undefined && { notAfter: timeOf(notAfter, `steps.${step}.signedWithin.notAfter`) }),
    ...(maxAge !== undefined && { maxAge: typeof maxAge === 'number' ? `${maxAge}ms` : maxAge }),
  }
}

/** To the second: CI/lock writes a policy's times so, and a policy that was read and written again stays the same. */
function timeOf(time: Date, name: string): string {
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) throw new TypeError(`${name} has to be a valid Date`)
  return `${time.toISOString().slice(0, -5)}Z`
}

function base64(text: string): string {
  return encodeBase64(encodeUtf8(text))
}
