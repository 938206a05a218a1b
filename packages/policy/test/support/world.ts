import { collectionType, encodeJson, generateKey, inTotoPayloadType, memorySource, sha256Hex, signEnvelope, statementTypeV01 } from '@cilock/core'
import type { DigestSet, Envelope, GeneratedKey, PredicateType } from '@cilock/core'
import { evaluate, firstCause, policyPayloadType } from '@cilock/policy'
import type { Cause, Check, CheckCode, PolicyDocument, Report, StepDocument, VerifyOptions } from '@cilock/policy'
import { types } from './types.ts'

export const now = new Date('2026-06-01T12:00:00Z')
export const commandRun = 'https://aflock.ai/attestations/command-run/v0.1'

/** Keys are made once: who they belong to is all that tests care about. */
export const [root, alice, bob, mallory] = await Promise.all([generateKey('ed25519'), generateKey('ed25519'), generateKey('ed25519'), generateKey('ed25519')])

export function keyid({ signer }: GeneratedKey): string {
  return signer.keyid
}

/** The hex SHA-256 of a text stands for a file with that content. */
export function hex(content: string): string {
  return sha256Hex(content)
}

export const app = `sha256:${hex('app')}`

export interface EntrySpec {
  readonly type: string
  readonly attestation: unknown
}

export interface CollectionSpec {
  readonly name?: unknown
  /** Digests by name, or the statement's own list. */
  readonly subjects?: Readonly<Record<string, DigestSet>> | readonly unknown[]
  readonly attestations?: unknown
  readonly backrefs?: Readonly<Record<string, DigestSet>>
  readonly predicateType?: string
  readonly predicate?: unknown
  readonly statementType?: string
  readonly payloadType?: string
  readonly signers?: readonly GeneratedKey[]
}

export const ran: EntrySpec = { type: commandRun, attestation: { cmd: ['make'], exitcode: 0 } }

/** A signed collection; by default of a step `build` by alice about `app`. */
export async function collection(spec: CollectionSpec = {}): Promise<Envelope> {
  const { name = 'build', subjects = { app: { sha256: hex('app') } }, attestations = [ran], backrefs, signers = [alice] } = spec
  const predicate = spec.predicate ?? { name, attestations, ...(backrefs === undefined ? {} : { backrefs }) }
  const subject = Array.isArray(subjects) ? subjects : Object.entries(subjects).map(([subject, digest]) => ({ name: subject, digest }))
  const statement = { _type: spec.statementType ?? statementTypeV01, subject, predicateType: spec.predicateType ?? collectionType, predicate }
  return sign(encodeJson(statement), signers, spec.payloadType ?? inTotoPayloadType)
}

export async function sign(payload: Uint8Array | string, signers: readonly GeneratedKey[], payloadType: string): Promise<Envelope> {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
  return signEnvelope({ payload: bytes, payloadType, signers: signers.map(({ signer }) => signer) })
}

export function publickeys(...keys: readonly GeneratedKey[]): NonNullable<PolicyDocument['publickeys']> {
  return Object.fromEntries(keys.map((key) => [keyid(key), { keyid: keyid(key), key: btoa(key.publicKeyPem) }]))
}

export function step(name: string, spec: Partial<StepDocument> = {}): StepDocument {
  return { name, functionaries: [{ type: 'publickey', publickeyid: keyid(alice) }], attestations: [{ type: commandRun }], ...spec }
}

/** A policy of a step `build`, unless it says otherwise. */
export function policyOf(spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { expires: '2030-01-01T00:00:00Z', publickeys: publickeys(alice, bob), steps: { build: step('build') }, ...spec }
}

export async function signPolicy(document: unknown, { payloadType = policyPayloadType, signers = [root] } = {}): Promise<Envelope> {
  return sign(typeof document === 'string' ? document : encodeJson(document), signers, payloadType)
}

export interface WorldSpec extends Partial<Omit<VerifyOptions, 'policy'>> {
  /** A document to be signed by root, or an envelope. */
  readonly policy?: unknown
  readonly policyEnvelope?: Envelope
  readonly evidence?: readonly Envelope[]
  readonly readers?: readonly PredicateType[]
}

export async function options({ policy = policyOf(), policyEnvelope, evidence, ...rest }: WorldSpec = {}): Promise<VerifyOptions> {
  return {
    policy: policyEnvelope ?? (await signPolicy(policy)),
    policyVerifiers: [root.verifier],
    subjects: [app],
    source: memorySource(evidence ?? [await collection()]),
    types,
    now,
    ...rest,
  }
}

export async function judge(spec: WorldSpec = {}): Promise<Report> {
  return evaluate(await options(spec))
}

/** Everything that a report says was refused, whatever it belongs to. */
export function failures(report: Report): readonly Check[] {
  return checksOf(report).filter(({ state }) => state === 'failed')
}

export function checksOf({ policy, steps, externals, subjects }: Report): readonly Check[] {
  return [
    ...policy.checks,
    ...[...externals, ...steps].flatMap(({ checks, candidates }) => [...checks, ...candidates.flatMap((candidate) => candidate.checks)]),
    ...subjects.flatMap(({ checks }) => checks),
  ]
}

/** The first cause, as one line: the check and its error code. */
export function cause(report: Report): string {
  const found: Cause | undefined = firstCause(report)
  return found === undefined ? report.verdict : `${found.check.code} ${found.code}`
}

export function find(report: Report, code: CheckCode): Check | undefined {
  return checksOf(report).find((check) => check.code === code)
}
