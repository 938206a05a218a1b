import { isJsonObject, parseJson, sha256Hex as digestOf } from '@cilock/core'
import type { JsonValue, KeyVerifier } from '@cilock/core'
import type { VerifyOptions } from '@cilock/policy'
import type { Edit } from '@cilock/policy/explain'
import { now, product, stranger, commandRun } from './scene.ts'
import type { Scene } from './scene.ts'

/** Keys of a policy that are read; all others mean nothing. */
const known: Readonly<Record<string, readonly string[]>> = {
  '': ['expires', 'roots', 'timestampauthorities', 'publickeys', 'steps', 'externalAttestations'],
  steps: ['name', 'functionaries', 'attestations', 'artifactsFrom', 'attestationsFrom', 'externalFrom', 'allowedUntracked', 'timestampConstraint'],
}

/** Every single edit of the kinds that can be tried, whatever the report says: what a search without any sense would try. */
export function singleEdits(scene: Scene, options: VerifyOptions, keys: readonly KeyVerifier[]): readonly Edit[] {
  const document = documentOf(options)
  const steps = Object.entries(memberOf(document, 'steps'))
  const owners = [...steps.map(([step]) => ({ step })), ...Object.keys(memberOf(document, 'externalAttestations')).map((external) => ({ external }))]
  const policyKeys = Object.keys(memberOf(document, 'publickeys'))
  const subjects = [...new Set([...Object.values(scene.steps).map(({ about }) => about), scene.external.about])]
  return [
    { kind: 'extend-expiry', expires: now.toISOString() },
    ...owners.flatMap((owner): readonly Edit[] => [...policyKeys.map((keyid): Edit => ({ kind: 'add-functionary', keyid, ...owner })), ...keys.map(({ keyid }): Edit => ({ kind: 'add-key', keyid, ...owner }))]),
    ...steps.flatMap(([step, value]) =>
      listOf(value, 'attestations').flatMap((each, index): readonly Edit[] => {
        const type = isJsonObject(each) && typeof each['type'] === 'string' ? each['type'] : ''
        const versions = [product, commandRun].filter((by) => by !== type && by.split('/').at(-2) === type.split('/').at(-2))
        // one that is there is not dropped to silence its rule
        return [...(held(scene, step).includes(type) ? [] : [{ kind: 'drop-attestation-type', step, index, type } as const]), ...versions.map((by): Edit => ({ kind: 'replace-attestation-type', step, index, type, by }))]
      }),
    ),
    ...steps.flatMap(([step]): readonly Edit[] => {
      const found = Object.keys(Object.entries(scene.steps).find(([name]) => name === step)?.[1].materials ?? {})
      return subsets(found).filter(({ length }) => length <= 2).map((paths): Edit => ({ kind: 'allow-untracked', step, paths }))
    }),
    ...unknownKeys(document, '', '').flatMap((pointer): readonly Edit[] => [{ kind: 'remove-policy-key', pointer }, ...(known['']?.map((to): Edit => ({ kind: 'rename-policy-key', pointer, to })) ?? [])]),
    ...steps.flatMap(([step, value]) => (isJsonObject(value) ? unknownKeys(value, `/steps/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'steps') : []).flatMap((pointer): readonly Edit[] => [{ kind: 'remove-policy-key', pointer }])),
    ...(options.subjects.length > 1 ? [] : subjects).flatMap((about): readonly Edit[] => [{ kind: 'hand-in', digest: `sha256:${digestOf(about)}`, name: about }]),
    ...(options.subjects.length < 2 ? [] : options.subjects.map((subject, index): Edit => ({ kind: 'withdraw-subject', index, digests: [typeof subject === 'string' ? subject : ''] }))),
    ...Object.entries(options.input ?? {}).flatMap(([type, added]) => subsets(Object.keys(added)).map((keys): Edit => ({ kind: 'drop-input', type, keys }))),
  ]
}

/** The types that a step's collection has. */
function held(scene: Scene, name: string): readonly string[] {
  const step = Object.entries(scene.steps).find(([key]) => key === name)?.[1]
  return [...(step?.exitcode === undefined ? [] : [commandRun]), ...(step?.products === undefined ? [] : [product])]
}

function subsets(keys: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: 2 ** keys.length - 1 }, (_, index) => keys.filter((__, bit) => ((index + 1) >> bit) % 2 === 1).sort())
}

/** A key that the policy does not have, and the caller knows. */
export const knownKeys: readonly KeyVerifier[] = [stranger.verifier]

function documentOf({ policy }: VerifyOptions): { readonly [key: string]: JsonValue } {
  try {
    const document = parseJson(policy.payload)
    return isJsonObject(document) ? document : {}
  } catch {
    return {}
  }
}

function memberOf(document: { readonly [key: string]: JsonValue }, key: string): { readonly [key: string]: JsonValue } {
  const member = document[key]
  return member !== undefined && isJsonObject(member) ? member : {}
}

function listOf(value: JsonValue, key: string): readonly JsonValue[] {
  const list = isJsonObject(value) ? value[key] : undefined
  return Array.isArray(list) ? (list as readonly JsonValue[]) : []
}

function unknownKeys(object: { readonly [key: string]: JsonValue }, pointer: string, kind: string): readonly string[] {
  return Object.keys(object).filter((key) => !(known[kind] ?? []).includes(key)).map((key) => `${pointer}/${key}`)
}
