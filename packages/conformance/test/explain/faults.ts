import { decodeUtf8, encodeUtf8, sha256Hex } from '@cilock/core'
import type { CheckCode } from '@cilock/policy'
import { forge, tamper } from '@cilock/testing'
import { builder, commandRun, functionary, module, other, policyStepOf, rewritten, stepOf, stranger } from './scene.ts'
import type { Scene } from './scene.ts'

/** Something that goes wrong, and what has to be named for it. */
export interface Fault {
  readonly name: string
  /** The check that is the first cause. */
  readonly check: CheckCode
  /** What it belongs to: the policy, a step, the external attestation; undefined where several have it. */
  readonly part: 'policy' | 'first' | 'last' | 'external' | undefined
  readonly inject: (scene: Scene) => void
}

const rows: readonly (readonly [name: string, check: CheckCode, part: Fault['part'], inject: Fault['inject']])[] = [
  ['a stranger signs the policy', 'policy-signature', 'policy', (s) => void (s.policySigner = stranger)],
  ['a functionary signs the policy', 'policy-signature', 'policy', (s) => void (s.policySigner = builder)],
  ['the policy loses its signature', 'policy-signature', 'policy', (s) => void (s.changePolicy = (envelope) => tamper(envelope, 'unsigned'))],
  ['a bit of the policy’s signature flips', 'policy-signature', 'policy', (s) => void (s.changePolicy = (envelope) => tamper(envelope, 'signature'))],
  ['a space is added to the policy', 'policy-signature', 'policy', (s) => void (s.changePolicy = (envelope) => tamper(envelope, 'payload'))],
  ['the policy is signed as a statement', 'policy-payload-type', 'policy', (s) => void (s.policyType = 'application/vnd.in-toto+json')],
  ['the policy is cut off', 'policy-json', 'policy', (s) => void (s.policyBytes = (bytes) => bytes.slice(0, -1))],
  ['a key stands twice in the policy', 'policy-json', 'policy', (s) => void (s.policyBytes = (bytes) => encodeUtf8(decodeUtf8(bytes).replace('{', '{"expires":"2030-01-01T00:00:00Z",')))],
  ['the policy is a list', 'policy-value', 'policy', (s) => void (s.policyBytes = () => encodeUtf8('[]'))],
  ['an unknown key of the policy', 'policy-unknown-key', 'policy', (s) => void (s.policy['comment'] = 'hello')],
  ['an unknown key of a step', 'policy-unknown-key', 'policy', (s) => void (policyStepOf(s, s.last)['artifactFrom'] = ['x'])],
  ['a key in another case', 'policy-key-case', 'policy', (s) => rename(s.policy, 'expires', 'Expires')],
  ['no time of expiry', 'policy-missing-key', 'policy', (s) => void delete s.policy['expires']],
  ['an expired policy', 'policy-expiry', 'policy', (s) => void (s.policy['expires'] = '2026-05-31T00:00:00Z')],
  ['an expiry that is no time', 'policy-time', 'policy', (s) => void (s.policy['expires'] = 'tomorrow')],
  ['a step’s name is not its key', 'policy-step-name', 'policy', (s) => void (policyStepOf(s, s.last)['name'] = 'another')],
  ['a functionary of no type', 'policy-functionary-type', 'policy', (s) => void (policyStepOf(s, s.first).functionaries = [{ ...functionary(builder), type: 'key' }])],
  ['a root functionary without roots', 'policy-functionary-type', 'policy', (s) => policyStepOf(s, s.first).functionaries.push({ type: 'root', certConstraint: { commonname: '*' } })],
  ['files from a step that is not there', 'policy-reference', 'policy', (s) => void (policyStepOf(s, s.last)['artifactsFrom'] = ['absent'])],
  ['evidence from a step that is not there', 'policy-reference', 'policy', (s) => void (policyStepOf(s, s.last)['attestationsFrom'] = ['absent'])],
  ['an external attestation that is not there', 'policy-reference', 'policy', (s) => void (policyStepOf(s, s.last)['externalFrom'] = ['absent'])],
  ['steps in a circle', 'policy-cycle', 'policy', (s) => void (policyStepOf(s, s.first)['artifactsFrom'] = [s.last])],
  ['an empty constraint on time', 'policy-timestamp-constraint', 'policy', (s) => void (policyStepOf(s, s.last)['timestampConstraint'] = {})],
  ['a duration that is none', 'policy-time', 'policy', (s) => void (policyStepOf(s, s.last)['timestampConstraint'] = { maxAge: 'a day' })],
  ['a pattern that is none', 'policy-glob', 'policy', (s) => void (policyStepOf(s, s.last)['allowedUntracked'] = ['['])],
  ['a key under another id', 'policy-public-key', 'policy', (s) => void (s.policy.publickeys['x'] = { ...s.policy.publickeys[builder.signer.keyid], keyid: 'ab'.repeat(32) })],
  ['a key that is none', 'policy-public-key', 'policy', (s) => void (s.policy.publickeys['x'] = { keyid: 'x', key: btoa('hello') })],
  ['a root that is none', 'policy-root', 'policy', (s) => void (s.policy['roots'] = { x: { certificate: btoa('hello') } })],
  ['a timestamp authority that is none', 'policy-root', 'policy', (s) => void (s.policy['timestampauthorities'] = { x: { certificate: btoa('hello') } })],
  ['Rego that does not compile', 'policy-rego', 'policy', (s) => addRule(s, 'package x\ndeny[')],
  ['Rego that asks the network', 'policy-rego', 'policy', (s) => addRule(s, 'package x\ndeny["no"] { http.send({"method": "get", "url": "http://x.test"}) }')],
  ['Rego without deny', 'policy-rego-deny', 'policy', (s) => addRule(s, 'package x\nallow { true }')],
  ['two modules of one package', 'policy-rego-package', 'policy', (s) => addRule(s, 'package run\ndeny["never"] { false }')],
  ['Rego that reads what cannot be there', 'policy-rego-input', 'policy', (s) => addRule(s, 'package x\ndeny["code"] { input.exit_code != 0 }', s.first)],
  ['a module that is not base64', 'policy-value', 'policy', (s) => void (policyStepOf(s, s.first).attestations[0] = { type: commandRun, regopolicies: [{ name: 'x', module: '*' }] })],
  ['a question to a language model', 'policy-ai', 'policy', (s) => void (policyStepOf(s, s.first).attestations[0] = { type: commandRun, aipolicies: [{ name: 'x', prompt: 'is it good?' }] })],
  ['a policy that asks for nothing', 'policy-empty', 'policy', (s) => void (s.policy = { ...s.policy, steps: {}, externalAttestations: {} })],
  ['more policy than is read', 'limit', 'policy', (s) => void (s.question = { limits: { policyBytes: 100 } })],

  ['the last step is withheld', 'collection', 'last', (s) => void (stepOf(s, s.last).withheld = true)],
  ['the first step is withheld', 'collection', 'first', (s) => void (stepOf(s, s.first).withheld = true)],
  ['a stranger signs the last step', 'evidence-signature', 'last', (s) => void (stepOf(s, s.last).by = stranger)],
  ['a stranger signs the first step', 'evidence-signature', 'first', (s) => void (stepOf(s, s.first).by = stranger)],
  ['another functionary signs the last step', 'functionary', 'last', (s) => void (stepOf(s, s.last).by = other)],
  ['another functionary signs the first step', 'functionary', 'first', (s) => void (stepOf(s, s.first).by = other)],
  ['nobody may sign the last step', 'functionary', 'last', (s) => void (policyStepOf(s, s.last).functionaries = [])],
  ['a certificate is asked beside the key', 'functionary', 'last', (s) => void (policyStepOf(s, s.last).functionaries = [{ ...functionary(builder), certConstraint: { commonname: 'builder', roots: ['*'] } }])],
  ['a bit of the last step’s signature flips', 'evidence-signature', 'last', (s) => void (stepOf(s, s.last).change = (envelope) => tamper(envelope, 'signature'))],
  ['the last step is unsigned', 'evidence-signature', 'last', (s) => void (stepOf(s, s.last).change = (envelope) => tamper(envelope, 'unsigned'))],
  ['a space is added to the last step', 'evidence-signature', 'last', (s) => void (stepOf(s, s.last).change = (envelope) => tamper(envelope, 'payload'))],
  ['the last step is called something else than was signed', 'evidence-payload-type', 'last', (s) => void (stepOf(s, s.last).change = (envelope) => tamper(envelope, 'payloadType'))],
  ['the last step is signed as something else', 'evidence-payload-type', 'last', (s) => void (stepOf(s, s.last).change = async (envelope) => rewritten(envelope, builder, (statement) => statement, 'application/json'))],
  ['the last step is a statement of another kind', 'evidence-statement', 'last', (s) => {
    s.careless = true
    stepOf(s, s.last).change = async (envelope) => forge(envelope, 'statementType', [builder.signer])
  }],
  ['the last step is no collection', 'collection', 'last', (s) => void (stepOf(s, s.last).change = async (envelope) => forge(envelope, 'predicateType', [builder.signer]))],
  ['the last step has another name', 'collection', 'last', (s) => void (stepOf(s, s.last).change = async (envelope) => forge(envelope, 'step', [builder.signer]))],
  ['a leaf is forged', 'evidence-collection', 'last', (s) => void (stepOf(s, s.last).change = async (envelope) => forge(envelope, 'leaf', [builder.signer]))],
  ['a root is forged', 'evidence-collection', 'last', (s) => void (stepOf(s, s.last).change = async (envelope) => forge(envelope, 'root', [builder.signer]))],
  ['a digest by an unknown algorithm', 'evidence-collection', 'last', (s) => void (stepOf(s, s.last).change = async (envelope) => rewritten(envelope, builder, (statement) => ({ ...statement, predicate: { ...(statement['predicate'] as object), backrefs: { x: { md5: 'ab' } } } })))],
  [
    'attestations that contradict each other',
    'artifact-conflict',
    'last',
    (s) =>
      void (stepOf(s, s.last).change = async (envelope) =>
        rewritten(envelope, builder, (statement) => {
          const predicate = statement['predicate'] as { readonly attestations: readonly { readonly [key: string]: string }[] }
          const twin = { type: 'https://witness.dev/attestations/product/v0.1', attestation: { app: { mime_type: 'x', digest: { sha256: sha256Hex('another') } } }, starttime: '2026-01-02T03:04:05Z', endtime: '2026-01-02T03:04:05Z' }
          return { ...statement, predicate: { ...predicate, attestations: [...predicate.attestations, twin] } }
        })),
  ],
  ['another artifact is handed in', 'subject', undefined, (s) => void (s.question = { subjects: [`sha256:${sha256Hex('another')}`] })],
  ['a digest that leads nowhere is handed in', 'subject', undefined, (s) => void (s.question = { subjects: [`sha1:${'ab'.repeat(20)}`] })],
  ['the last step is about another version', 'subject', 'last', (s) => void Object.assign(stepOf(s, s.last), { about: 'version 1', products: { app: 'version 1' } })],
  ['a second artifact that nobody made', 'binding', 'policy', (s) => void (s.question = { subjects: [`sha256:${sha256Hex('the app')}`, `sha256:${sha256Hex('another')}`] })],
  ['the command of the last step is not told', 'attestation', 'last', (s) => void (stepOf(s, s.last).exitcode = undefined)],
  ['the products of the last step are not told', 'attestation', 'last', (s) => void (stepOf(s, s.last).products = undefined)],
  ['an attestation that nobody made', 'attestation', 'first', (s) => policyStepOf(s, s.first).attestations.push({ type: 'https://aflock.ai/attestations/sbom/v0.1' })],
  ['another version of an attestation', 'attestation', 'first', (s) => void (policyStepOf(s, s.first).attestations = [{ type: 'https://aflock.ai/attestations/product/v0.1' }])],
  ['a step that asks for nothing', 'attestation', 'last', (s) => void (policyStepOf(s, s.last).attestations = [])],
  ['the last command fails', 'rego', 'last', (s) => void (stepOf(s, s.last).exitcode = 3)],
  ['the first command fails', 'rego', 'first', (s) => void (stepOf(s, s.first).exitcode = 3)],
  ['a rule that divides by nothing', 'rego-error', 'first', (s) => addRule(s, 'package x\ndeny[x] { x := 1 / count([]) }')],
  ['a rule that answers with a number', 'rego-error', 'first', (s) => addRule(s, 'package x\ndeny = 1 { true }')],
  ['a rule that does not end in time', 'rego-limit', 'first', (s) => {
    addRule(s, 'package x\ndeny[x] { x := sum([1 | numbers.range(1, 1000)[_]; numbers.range(1, 1000)[_]]); x < 0 }')
    s.question = { limits: { regoSteps: 100_000 } }
  }],
  ['the caller adds what was signed', 'input-clash', undefined, (s) => void (s.question = { input: { [commandRun]: { cmd: ['true'], exitcode: 0, attestation: {} } } })],
  ['a file differs from what a step before left', 'artifacts', 'last', (s) => changeMaterials(s, (files) => Object.fromEntries(Object.entries(files).map(([path, content], index) => [path, index === 0 ? 'changed' : content])))],
  ['files of another step altogether', 'artifacts', 'last', (s) => changeMaterials(s, () => ({ 'elsewhere/out': 'x' }))],
  ['it is not told which files were found', 'artifacts', 'last', (s) => changeMaterials(s, () => undefined)],
  ['a step before left another file', 'artifacts', undefined, (s) => {
    const step = stepOf(s, s.first)
    step.products = Object.fromEntries(Object.keys(step.products ?? {}).map((path) => [path, 'made by somebody else']))
  }],
  ['a file that no step before left', 'artifacts-untracked', 'last', (s) => changeMaterials(s, (files) => ({ ...files, 'src/[new]*.js': 'x' }))],
  ['a file of a cache under another name', 'artifacts-untracked', 'last', (s) => changeMaterials(s, (files) => ({ ...files, 'Cache/y': 'x', 'cache/deep/z': 'z' }))],
  ['a raw key where a time is asked', 'timestamp', 'last', (s) => void (policyStepOf(s, s.last)['timestampConstraint'] = { maxAge: '24h' })],
  ['more evidence than is looked at', 'limit', undefined, (s) => void (s.question = { limits: { statementBytes: 64 } })],

  ['the review is withheld', 'external', 'external', (s) => void (s.external.withheld = true)],
  ['a stranger signs the review', 'evidence-signature', 'external', (s) => void (s.external.by = stranger)],
  ['the builder signs the review', 'functionary', 'external', (s) => void (s.external.by = builder)],
  ['a bit of the review’s signature flips', 'evidence-signature', 'external', (s) => void (s.external.change = (envelope) => tamper(envelope, 'signature'))],
  ['the review is signed as something else', 'evidence-payload-type', 'external', (s) => void (s.external.change = (envelope) => tamper(envelope, 'payloadType'))],
  ['the review says nothing', 'evidence-statement', 'external', (s) => void (s.external.predicate = null)],
  ['the review does not approve', 'rego', 'external', (s) => void (s.external.predicate = { approved: false })],
  ['the review is about another artifact', 'subject', 'external', (s) => void (s.external.about = 'another')],

  ['expired, and signed by another functionary', 'policy-expiry', 'policy', (s) => {
    s.policy['expires'] = '2026-05-31T00:00:00Z'
    stepOf(s, s.last).by = other
  }],
  ['other functionaries sign both steps', 'functionary', undefined, (s) => {
    stepOf(s, s.first).by = other
    stepOf(s, s.last).by = other
  }],
  ['expired, an unknown file and an attestation that nobody made', 'policy-expiry', 'policy', (s) => {
    s.policy['expires'] = '2026-05-31T00:00:00Z'
    changeMaterials(s, (files) => ({ ...files, new: 'x' }))
    policyStepOf(s, s.first).attestations.push({ type: 'https://aflock.ai/attestations/sbom/v0.1' })
  }],
]

export const faults: readonly Fault[] = rows.map(([name, check, part, inject]) => ({ name, check, part, inject }))

function rename(object: Record<string, unknown>, from: string, to: string): void {
  object[to] = object[from]
  delete object[from]
}

function addRule(scene: Scene, text: string, step: string = scene.first): void {
  const [run] = policyStepOf(scene, step).attestations
  const rules = run?.['regopolicies']
  if (Array.isArray(rules)) rules.push(module('added.rego', text))
}

function changeMaterials(scene: Scene, change: (files: Readonly<Record<string, string>>) => Readonly<Record<string, string>> | undefined): void {
  const step = stepOf(scene, scene.last)
  step.materials = change(step.materials ?? {})
}
