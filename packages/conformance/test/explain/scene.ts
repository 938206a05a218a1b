import { commandRunType } from '@cilock/attestor-command-run/type'
import { materialType, productType } from '@cilock/attestor-files/type'
import { encodeBase64, encodeJson, encodeUtf8, inTotoPayloadType, parseJson, sha256Hex, signEnvelope } from '@cilock/core'
import type { Envelope, GeneratedKey, JsonObject, PredicateType } from '@cilock/core'
import { policyPayloadType } from '@cilock/policy'
import type { VerifyOptions } from '@cilock/policy'
import { carelessSource, collectionOf, evidenceOf, memoryStore, seededKey, treeOf } from '@cilock/testing'
import type { MadeEvidence } from '@cilock/testing'

export const now = new Date('2026-06-01T12:00:00Z')
export const types: readonly PredicateType[] = [commandRunType, materialType, productType]
export const commandRun = 'https://aflock.ai/attestations/command-run/v0.1'
export const product = productType.predicateType
export const review = 'https://example.test/review/v1'
export const artifact = `sha256:${sha256Hex('the app')}`

/** Who signs; made once, as who it is is all that counts. */
export const [release, builder, other, reviewer, stranger] = await Promise.all(['release', 'builder', 'other', 'reviewer', 'stranger'].map(async (name) => seededKey(name))) as [GeneratedKey, GeneratedKey, GeneratedKey, GeneratedKey, GeneratedKey]

/** What was found and made at one step, before it is signed. */
export interface SceneStep {
  by: GeneratedKey
  materials: Readonly<Record<string, string>> | undefined
  products: Readonly<Record<string, string>> | undefined
  exitcode: number | undefined
  /** What its collection says it is about. */
  about: string
  withheld: boolean
  /** What somebody did to the envelope. */
  change: (envelope: Envelope) => Envelope | Promise<Envelope>
}

/** A statement beside the steps. */
export interface SceneExternal {
  by: GeneratedKey
  predicate: unknown
  about: string
  withheld: boolean
  change: (envelope: Envelope) => Envelope | Promise<Envelope>
}

/** A policy and everything that satisfies it. Faults are made in a scene of one's own, so it may be changed. */
export interface Scene {
  /** JSON, as it stands in the policy. */
  policy: PolicyJson
  policyBytes: ((bytes: Uint8Array) => Uint8Array) | undefined
  policyType: string
  policySigner: GeneratedKey
  changePolicy: (envelope: Envelope) => Envelope
  readonly steps: Record<string, SceneStep>
  readonly external: SceneExternal
  /** Whether the source answers every query with all that it has. */
  careless: boolean
  readonly extra: Envelope[]
  question: Partial<VerifyOptions>
  /** A step without artifactsFrom, and the one that makes the artifact. */
  readonly first: string
  readonly last: string
}

export type Json = Record<string, unknown>

export interface PolicyJson extends Json {
  steps: Record<string, Json & { functionaries: unknown[]; attestations: Json[] }>
  publickeys: Record<string, Json>
  externalAttestations: Record<string, Json & { functionaries: unknown[] }>
}

/** Which steps there are, and whose files each takes. */
interface Shape {
  readonly steps: Readonly<Record<string, readonly string[]>>
  readonly attestationsFrom?: Readonly<Record<string, readonly string[]>>
  readonly last: string
}

export const shapes: Readonly<Record<string, Shape>> = {
  pair: { steps: { fetch: [], build: ['fetch'] }, last: 'build' },
  chain: { steps: { clone: [], compile: ['clone'], link: ['compile'], pack: ['link'] }, last: 'pack' },
  diamond: { steps: { fetch: [], lint: ['fetch'], test: ['fetch'], build: ['lint', 'test'] }, last: 'build' },
  context: { steps: { fetch: [], build: ['fetch'] }, attestationsFrom: { build: ['fetch'] }, last: 'build' },
  'odd names': { steps: { 'a/b~c': [], ['__proto__']: [], 'z "quoted" <b>': ['a/b~c', '__proto__'] }, last: 'z "quoted" <b>' },
}

export function functionary({ signer }: GeneratedKey): Json {
  return { type: 'publickey', publickeyid: signer.keyid }
}

export function module(name: string, text: string): Json {
  return { name, module: encodeBase64(encodeUtf8(text)) }
}

/** A scene in which all is well. */
export function sceneOf({ steps, attestationsFrom = {}, last }: Shape): Scene {
  const names = Object.keys(steps)
  const outputs = (name: string): Readonly<Record<string, string>> => (name === last ? { app: 'the app' } : { [`${names.indexOf(name)}/out`]: `made by ${name}` })
  const keys = [builder, other, reviewer]
  return {
    policy: {
      expires: '2027-01-01T00:00:00Z',
      publickeys: Object.fromEntries(keys.map(({ signer: { keyid }, publicKeyPem }) => [keyid, { keyid, key: encodeBase64(encodeUtf8(publicKeyPem)) }])),
      steps: Object.fromEntries(
        Object.entries(steps).map(([name, from]) => {
          const context = Object.hasOwn(attestationsFrom, name) ? attestationsFrom[name] : undefined
          const run = context === undefined ? 'input' : 'input.attestation'
          const rule = `package run\ndeny[reason] {\n  ${run}.exitcode != 0\n  reason := sprintf("exit code %v", [${run}.exitcode])\n}\n`
          return [
            name,
            {
              name,
              functionaries: [functionary(builder)],
              attestations: [{ type: commandRun, regopolicies: [module('exit.rego', rule)] }, { type: product }],
              ...(from.length > 0 && { artifactsFrom: [...from], allowedUntracked: ['cache/*'] }),
              ...(context !== undefined && { attestationsFrom: [...context] }),
            },
          ]
        }),
      ),
      externalAttestations: {
        review: { name: 'review', predicateType: review, functionaries: [functionary(reviewer)], regopolicies: [module('review.rego', 'package review\ndeny["not approved"] { not input.approved }\n')] },
      },
    },
    policyBytes: undefined,
    policyType: policyPayloadType,
    policySigner: release,
    changePolicy: (envelope) => envelope,
    steps: Object.fromEntries(
      Object.entries(steps).map(([name, from]): readonly [string, SceneStep] => [
        name,
        { by: builder, materials: from.length === 0 ? undefined : { ...Object.assign({}, ...from.map(outputs)), 'cache/x': 'a file from anywhere' } as Readonly<Record<string, string>>, products: outputs(name), exitcode: 0, about: 'the app', withheld: false, change: (envelope) => envelope },
      ]),
    ),
    external: { by: reviewer, predicate: { approved: true }, about: 'the app', withheld: false, change: (envelope) => envelope },
    careless: false,
    extra: [],
    question: {},
    first: names[0] ?? '',
    last,
  }
}

/** A step of a scene; `__proto__` is a name like any other. */
export function stepOf(scene: Scene, name: string): SceneStep {
  const found = Object.entries(scene.steps).find(([key]) => key === name)?.[1]
  if (found === undefined) throw new TypeError(`there is no step ${name}`)
  return found
}

/** A step of its policy. */
export function policyStepOf({ policy }: Scene, name: string): PolicyJson['steps'][string] {
  const found = Object.entries(policy.steps).find(([key]) => key === name)?.[1]
  if (found === undefined) throw new TypeError(`there is no step ${name}`)
  return found
}

async function collectionFor(name: string, { by, materials, products, exitcode, about }: SceneStep): Promise<Envelope> {
  const evidence: readonly MadeEvidence[] = [
    ...(exitcode === undefined ? [] : [evidenceOf(commandRunType, { cmd: ['make'], exitcode }, { as: commandRun })]),
    ...(materials === undefined ? [] : [evidenceOf(materialType, treeOf('materials', materials))]),
    ...(products === undefined ? [] : [evidenceOf(productType, treeOf('products', products))]),
  ]
  return collectionOf({ step: name, evidence, signers: [by.signer], subjects: { artifact: { sha256: sha256Hex(about) } } })
}

export async function externalOf({ by, predicate, about }: SceneExternal): Promise<Envelope> {
  const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'app', digest: { sha256: sha256Hex(about) } }], predicateType: review, predicate }
  return signEnvelope({ payload: encodeJson(statement), payloadType: inTotoPayloadType, signers: [by.signer] })
}

/** The same envelope with its statement changed and signed by somebody. */
export async function rewritten({ payload, payloadType }: Envelope, by: GeneratedKey, change: (statement: JsonObject) => JsonObject, type: string = payloadType): Promise<Envelope> {
  return signEnvelope({ payload: encodeJson(change(parseJson(payload) as JsonObject)), payloadType: type, signers: [by.signer] })
}

/** What is put before the gate. */
export async function questionOf(scene: Scene): Promise<VerifyOptions> {
  const evidence: Envelope[] = [...scene.extra]
  for (const [name, step] of Object.entries(scene.steps)) if (!step.withheld) evidence.push(await step.change(await collectionFor(name, step)))
  if (!scene.external.withheld) evidence.push(await scene.external.change(await externalOf(scene.external)))
  const store = memoryStore()
  for (const envelope of scene.careless ? [] : evidence) store.put(envelope)
  const bytes = encodeJson(scene.policy)
  const policy = await signEnvelope({ payload: scene.policyBytes?.(bytes) ?? bytes, payloadType: scene.policyType, signers: [scene.policySigner.signer] })
  return { policy: scene.changePolicy(policy), policyVerifiers: [release.verifier], subjects: [artifact], source: scene.careless ? carelessSource(evidence) : store, types, now, ...scene.question }
}
