import { encodeBase64, encodeUtf8, inTotoPayloadType, sha256Hex } from '@cilock/core'
import type { Signer } from '@cilock/core'
import { policyPayloadType } from '@cilock/policy'
import { treeOf } from '@cilock/testing'
import type { AttestationDraft, CollectionDraft, Draft, EvidenceDraft, FunctionaryDraft, PolicyDraft, StatementDraft } from './draft.ts'
import { policyKey } from './people.ts'
import type { People } from './people.ts'
import type { ExternalPlan, Plan, Spelling, StepPlan } from './plan.ts'
import { rules } from './rules.ts'
import type { Rule } from './rules.ts'

/** The types of a spelling. */
export interface Types {
  readonly collection: string
  readonly material: string
  readonly commandRun: string
  readonly product: string
}

const aflock = (name: string): string => `https://aflock.ai/attestations/${name}`
const witness = (name: string): string => `https://witness.dev/attestations/${name}`

/** The types of each spelling. */
export const typesOf: Readonly<Record<Spelling, Types>> = {
  trees: { collection: 'https://aflock.ai/attestation-collection/v0.1', material: aflock('material/v0.3'), commandRun: aflock('command-run/v0.1'), product: aflock('product/v0.3') },
  maps: { collection: 'https://aflock.ai/attestation-collection/v0.1', material: aflock('material/v0.1'), commandRun: aflock('command-run/v0.1'), product: aflock('product/v0.1') },
  witness: { collection: 'https://witness.testifysec.com/attestation-collection/v0.1', material: witness('material/v0.1'), commandRun: witness('command-run/v0.1'), product: witness('product/v0.1') },
}

const time = '2026-06-01T11:00:00Z'

/** The content of the artifact that is asked about: a file of the last step. */
export function artifactOf(plan: Plan): string {
  const last = plan.steps.at(-1)
  return last === undefined ? 'artifact' : contentOf(last, 0)
}

/** The world of a plan with nothing wrong. */
export function makeDraft(plan: Plan, people: People): Draft {
  return {
    plan,
    people,
    policy: policyOf(plan, people),
    policySigners: [people.release.signer],
    policyPayloadType,
    policyTexts: [],
    policyEnvelopes: [],
    policyFiles: [],
    evidence: [...plan.steps.flatMap((step) => collectionsOf(plan, people, step)), ...plan.externals.filter(({ present }) => present).map((external) => statementOf(plan, people, external))],
    subject: `sha256:${sha256Hex(artifactOf(plan))}`,
  }
}

function policyOf(plan: Plan, people: People): PolicyDraft {
  const { commandRun, material, product } = typesOf[plan.spelling]
  const everybody = [people.bystander, people.keys.ed25519, ...plan.steps.flatMap(({ signer }) => (signer === 'certificate' ? [] : [people.keys[signer]]))]
  const attestation = (type: string, about: Rule['about'], step: StepPlan): AttestationDraft => {
    const regopolicies = modules(step.rules, about, { commandRun, steps: step.attestationsFrom })
    return { type, ...(regopolicies.length > 0 && { regopolicies }) }
  }
  const externals = plan.externals.map(({ name, predicateType, required, rules: names }) => {
    const regopolicies = modules(names, 'external', { commandRun, steps: [] })
    return [name, { name, predicateType, functionaries: functionariesOf('ed25519', people), required, ...(regopolicies.length > 0 && { regopolicies }) }] as const
  })
  return {
    expires: '2048-01-01T00:00:00Z',
    publickeys: Object.fromEntries(everybody.map((person) => [person.signer.keyid, policyKey(person)])),
    roots: { ca: { certificate: people.root } },
    timestampauthorities: { tsa: { certificate: people.authority } },
    steps: Object.fromEntries(
      plan.steps.map((step) => [
        step.name,
        {
          name: step.name,
          functionaries: functionariesOf(step.signer, people),
          attestations: [attestation(commandRun, 'command-run', step), attestation(product, 'product', step), ...(step.artifactsFrom.length > 0 ? [{ type: material }] : [])],
          ...listed('artifactsFrom', step.artifactsFrom),
          ...listed('attestationsFrom', step.attestationsFrom),
          ...listed('externalFrom', step.externalFrom),
        },
      ]),
    ),
    ...(externals.length > 0 && { externalAttestations: Object.fromEntries(externals) }),
  }
}

function listed(key: string, names: readonly string[]): Readonly<Record<string, string[]>> {
  return names.length > 0 ? { [key]: [...names] } : {}
}

function modules(names: readonly string[], about: Rule['about'], context: Parameters<Rule['module']>[0]): { name: string; module: string }[] {
  return names.flatMap((name) => {
    const rule = rules[name]
    return rule?.about === about ? [{ name: `${name}.rego`, module: encoded(rule.module(context)) }] : []
  })
}

/** Base64 of a text. */
export function encoded(text: string): string {
  return encodeBase64(encodeUtf8(text))
}

function functionariesOf(signer: StepPlan['signer'], people: People): FunctionaryDraft[] {
  if (signer !== 'certificate') return [{ type: 'publickey', publickeyid: people.keys[signer].signer.keyid }]
  return [{ type: 'root', certConstraint: { commonname: 'builder', dnsnames: ['*'], emails: ['builder@example.com'], organizations: ['*'], uris: ['*'], roots: ['ca'] } }]
}

function contentOf({ name }: StepPlan, index: number, run = ''): string {
  return `file ${index} of ${name}${run}`
}

function productsOf(step: StepPlan, run = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: step.files }, (_, index) => [`${step.name}/${index}`, contentOf(step, index, run)]))
}

function collectionsOf(plan: Plan, people: People, step: StepPlan): readonly EvidenceDraft[] {
  const signers: readonly Signer[] = [...(step.alsoSigned ? [people.bystander.signer] : []), step.signer === 'certificate' ? people.certified.right : people.keys[step.signer].signer]
  const made = (run: string): EvidenceDraft => ({
    name: `${step.name}${run}`,
    of: step.name,
    statement: collectionStatement(plan, step, run),
    signers: [...signers],
    timestampers: step.signer === 'certificate' ? [people.timestamper] : [],
    payloadType: inTotoPayloadType,
    texts: [],
    envelopes: [],
    files: [],
  })
  return step.otherRun ? [made(''), made('-again')] : [made('')]
}

function collectionStatement(plan: Plan, step: StepPlan, run: string): StatementDraft {
  const types = typesOf[plan.spelling]
  const upstream = plan.steps.filter(({ name }) => step.artifactsFrom.includes(name))
  const materials = Object.assign({}, ...upstream.map((each) => productsOf(each))) as Readonly<Record<string, string>>
  const subject: StatementDraft['subject'] = []
  const backrefs: CollectionDraft['backrefs'] = {}
  const says = (name: string, digest: string, isReference = false): void => {
    subject.push({ name, digest: { sha256: digest } })
    if (isReference) backrefs[name] = { sha256: digest }
  }
  const own = step.found === 'subject' ? artifactOf(plan) : `of ${step.name}`
  says('release:artifact', sha256Hex(own))
  // whoever comes next leads to those that do not name the artifact
  const before = plan.steps.slice(0, plan.steps.indexOf(step)).findLast(({ found }) => found === 'reference')
  if (before !== undefined) says(`release:${before.name}`, sha256Hex(`of ${before.name}`), true)
  const entries: [string, Record<string, unknown>][] = []
  if (step.artifactsFrom.length > 0) entries.push([types.material, holding(plan.spelling, 'materials', materials)])
  entries.push([types.commandRun, { cmd: ['make', step.name], exitcode: 0, stdout: `made ${step.name}${run}\n` }], [types.product, holding(plan.spelling, 'products', productsOf(step, run))])
  for (const [type, body] of entries) {
    if (typeof body['merkleRoot'] === 'string') says(`${type}/tree:${type === types.product ? 'products' : 'materials'}`, body['merkleRoot'], true)
  }
  subject.sort((a, b) => (a.name < b.name ? -1 : 1))
  const predicate: CollectionDraft = { name: step.name, attestations: entries.map(([type, attestation]) => ({ type, attestation, starttime: time, endtime: time })), backrefs }
  return { _type: 'https://in-toto.io/Statement/v0.1', subject, predicateType: types.collection, predicate }
}

/** Files as a spelling writes them. */
function holding(spelling: Spelling, holds: 'materials' | 'products', files: Readonly<Record<string, string>>): Record<string, unknown> {
  if (spelling === 'trees') return { ...structuredClone(treeOf(holds, files)) }
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => {
      const digest = { sha256: sha256Hex(content) }
      return [path, holds === 'materials' ? digest : { mime_type: 'text/plain', digest }]
    }),
  )
}

function statementOf(plan: Plan, people: People, { name, predicateType }: ExternalPlan): EvidenceDraft {
  return {
    name,
    of: name,
    statement: { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'artifact', digest: { sha256: sha256Hex(artifactOf(plan)) } }], predicateType, predicate: { ok: true, by: 'somebody' } },
    signers: [people.keys.ed25519.signer],
    timestampers: [],
    payloadType: inTotoPayloadType,
    texts: [],
    envelopes: [],
    files: [],
  }
}
