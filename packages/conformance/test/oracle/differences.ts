import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeStatement, keyIdOf, signEnvelope } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { changed, digestOf, leavesOf, resigned, signPolicy } from './chain.ts'
import type { Chain, StatementJson } from './chain.ts'
import { keysFolder } from './keys.ts'
import { compileAs, policyWith, statementWith, text } from './tampers.ts'
import type { Tamper } from './tampers.ts'

/** A row of the list of differences: its id there, what is brought, and what we say to it. */
export type Difference = readonly [id: string, what: string, code: string, tamper: Tamper]

const otherDigest = 'a'.repeat(64)

/** What Go lets through and we do not. */
export const stricter: readonly Difference[] = [
  ['poltype-intoto', 'a policy under the payload type of evidence', 'ERR_POLICY_PAYLOAD_TYPE', policyUnder('application/vnd.in-toto+json')],
  ['poltype-empty', 'a policy under no payload type', 'ERR_POLICY_PAYLOAD_TYPE', policyUnder('')],
  ['evidence-ptype-empty', 'evidence under another payload type', 'ERR_EVIDENCE_PAYLOAD_TYPE', compileAs(({ payload }, { builder }) => signEnvelope({ payload, payloadType: 'text/plain', signers: [builder.signer] }))],
  ['B3', 'a statement of another type', 'ERR_STATEMENT_TYPE', compileText((json) => json.replace('in-toto.io/Statement/v0.1', 'in-toto.io/Statement/v2'))],
  ['evidence-stmt-dup-predicate', 'a statement with a key twice', 'ERR_MALFORMED', compileText((json) => json.replace('{"_type"', '{"predicateType":"x","_type"'))],
  ['poldoc-unknown-artifactFrom', 'a key of the policy with a letter missing', 'ERR_POLICY_DOCUMENT', policyText((json) => json.replace('"artifactsFrom"', '"artifactFrom"'))],
  ['step-two-signers-needed', 'a threshold', 'ERR_POLICY_DOCUMENT', policyText((json) => json.replace('"functionaries"', '"threshold":2,"functionaries"'))],
  ['poldoc-dup-expires-last-good', 'a key of the policy twice', 'ERR_POLICY_DOCUMENT', policyText((json) => json.replace('{', '{"expires":"2001-01-01T00:00:00Z",'))],
  ['poldoc-dup-case-expires-fresh', 'a key of the policy in other letters', 'ERR_POLICY_DOCUMENT', policyText((json) => json.replace('{"expires":"2048', '{"expires":"2001-01-01T00:00:00Z","EXPIRES":"2048'))],
  ['expires-hour-one-digit', 'a time that is none by RFC 3339', 'ERR_POLICY_DOCUMENT', policyText((json) => json.replace('T00:00:00Z', 'T0:00:00Z'))],
  ['poldoc-functionary-type-odd', 'a functionary of an unknown type', 'ERR_POLICY_DOCUMENT', policyText((json) => json.replaceAll('"publickey"', '"key"'))],
  ['artifacts-cycle', 'steps that take from each other', 'ERR_POLICY_DOCUMENT', policyWith(({ steps: { fetch } }) => void (fetch === undefined || (fetch.artifactsFrom = ['compile'])))],
  ['tree-treesize-wrong', 'a tree of another size', 'ERR_EVIDENCE_INVALID', treeWith((tree) => void (tree['treeSize'] = 7))],
  ['tree-construction-other', 'a tree of another construction', 'ERR_EVIDENCE_INVALID', treeWith((tree) => void (tree['construction'] = 'RFC9999'))],
  ['tree-leafhash-wrong', 'a leaf with another hash', 'ERR_EVIDENCE_INVALID', treeWith((_tree, leaves) => leaves.forEach((leaf) => (leaf.leafHash = otherDigest)))],
  ['artifacts-v3-empty-leaves-nonempty-root', 'a tree without the leaves of its root', 'ERR_EVIDENCE_INVALID', treeWith((tree) => void (tree['leaves'] = []))],
  ['artifacts-texts-equal', 'files whose digests are equal texts, and no digests', 'ERR_ARTIFACTS_MISMATCH', (chain) => handedOn(chain, { sha256: 'unknown' })],
  ['archivista/cilock-verify-input-as-artifact', 'a file that a step only read', 'ERR_SUBJECT_UNBOUND', onlyCompileFor((chain) => digestOf('source', chain.fetch))],
  ['verify-usage-subjects-comma', 'an unknown artifact beside a known one', 'ERR_SUBJECT_UNBOUND', ({ compile }) => ({ subject: ['-s', `sha256:${digestOf('app', compile)},sha256:${otherDigest}`] })],
  ['polkey-rsa1024', 'a key of 1024 bits among those of the policy', 'ERR_POLICY_KEY', withShortKey],
  ['polenv-file-dup-signatures', 'an envelope with a key twice', 'ERR_MALFORMED', policyFile((json) => json.replace('{', '{"signatures":[],'))],
  ['polenv-file-case-keys', 'an envelope with keys in other letters', 'ERR_MALFORMED', policyFile((json) => json.replace('"payloadType"', '"PayloadType"'))],
  ['polenv-file-trailing-junk', 'a policy file with something after the envelope', 'ERR_MALFORMED', policyFile((json) => `${json} and more`)],
]

/** What Go refuses and we let through. */
export const laxer: readonly Difference[] = [
  ['polenv-base64-url', 'an envelope in the URL alphabet of base64', 'passed', policyFile((json) => json.replaceAll('+', '-').replace(/"(?:payload|sig)":"[^"]*"/g, (field) => field.replaceAll('/', '_')))],
  ['polenv-base64-unpadded', 'an envelope in base64 without padding', 'passed', policyFile((json) => json.replace(/=+"/g, '"'))],
  ['cli §7', 'a digest in capital letters', 'passed', ({ compile }) => ({ subject: ['-s', `sha256:${digestOf('app', compile).toUpperCase()}`] })],
  ['policy §3.3', 'a row of six steps, each known by the one after it', 'passed', rowOfSix],
]

function policyUnder(payloadType: string): Tamper {
  return async ({ policy, release }) => ({ policy: await signPolicy(policy, release.signer, payloadType) })
}

function policyText(change: (json: string) => string): Tamper {
  return async ({ policy, release }) => ({ policy: await signPolicy(changed(JSON.stringify(policy), change), release.signer) })
}

/** The text of the envelope of a policy. Two blanks at its end make a payload whose base64 is padded. */
function policyFile(change: (json: string) => string): Tamper {
  return async ({ policy, release }) => ({ policy: text(await signPolicy(`${JSON.stringify(policy)}  `, release.signer), change) })
}

function compileText(change: (json: string) => string): Tamper {
  return compileAs((compile, { builder }) => resigned(compile, builder.signer, change))
}

/** The tree of what the second step used. */
function treeWith(change: (tree: Record<string, unknown>, leaves: ReturnType<typeof leavesOf>) => void): Tamper {
  return statementWith(({ predicate }: StatementJson) => {
    const [material] = predicate.attestations
    if (material === undefined) throw new TypeError('no materials')
    change(material.attestation, leavesOf(material))
  })
}

function onlyCompileFor(digest: (chain: Chain) => string): Tamper {
  return async (chain) => {
    const alone = policyWith(({ steps }) => {
      delete steps['fetch']
      delete steps['compile']?.artifactsFrom
    })
    return { ...(await alone(chain)), evidence: { compile: chain.compile }, subject: ['-s', `sha256:${digest(chain)}`] }
  }
}

async function withShortKey({ policy, release }: Chain): Promise<Awaited<ReturnType<Tamper>>> {
  const pem = readFileSync(join(keysFolder, 'rsa-1024.pub.pem'), 'utf8')
  const keyid = keyIdOf(pem)
  return { policy: await signPolicy({ ...policy, publickeys: { ...policy.publickeys, [keyid]: { keyid, key: btoa(pem) } } }, release.signer) }
}

const commandRun = 'https://aflock.ai/attestations/command-run/v0.2'

const time = '2026-06-01T12:00:00Z'
const collection = 'https://aflock.ai/attestation-collection/v0.1'

/** Two steps of which the second uses the file that the first left, both in the older form, with one digest set for it. */
async function handedOn({ builder, release, policy }: Chain, digest: Readonly<Record<string, string>>): Promise<Awaited<ReturnType<Tamper>>> {
  const step = async (name: string, kind: string, attestation: unknown): Promise<Envelope> => {
    const type = `https://aflock.ai/attestations/${kind}/v0.1`
    const predicate = { name, attestations: [{ type, attestation, starttime: time, endtime: time }] }
    return signEnvelope({ payload: encodeStatement({ subjects: { [`${type}/own`]: { sha256: otherDigest } }, predicateType: collection, predicate }), payloadType: 'application/vnd.in-toto+json', signers: [builder.signer] })
  }
  const [fetch, compile] = await Promise.all([step('fetch', 'product', { source: { mime_type: 'text/plain', digest } }), step('compile', 'material', { source: digest })])
  const steps = structuredClone(policy.steps)
  for (const [name, kind] of [['fetch', 'product'], ['compile', 'material']] as const) Object.assign(steps[name] ?? {}, { attestations: [{ type: `https://aflock.ai/attestations/${kind}/v0.1` }] })
  return { policy: await signPolicy({ ...policy, steps }, release.signer), evidence: { fetch, compile }, subject: ['-s', `sha256:${otherDigest}`] }
}

/** Each step speaks about its own file and names that of the step before it. */
async function rowOfSix({ builder, release, policy }: Chain): Promise<Awaited<ReturnType<Tamper>>> {
  const names = ['one', 'two', 'three', 'four', 'five', 'six']
  const digest = (index: number): string => String(index + 1).repeat(64)
  const evidence: Record<string, Envelope> = {}
  for (const [index, name] of names.entries()) {
    const before = index === 0 ? {} : { [`${commandRun}/before`]: { sha256: digest(index - 1) } }
    const attestation = { type: commandRun, attestation: { cmd: ['true'], _meta: { version: 'v0.2' } }, starttime: time, endtime: time }
    const payload = encodeStatement({
      subjects: { [`${commandRun}/own`]: { sha256: digest(index) }, ...before },
      predicateType: collection,
      predicate: { name, attestations: [attestation], backrefs: before },
    })
    evidence[name] = await signEnvelope({ payload, payloadType: 'application/vnd.in-toto+json', signers: [builder.signer] })
  }
  const functionaries = [{ type: 'publickey', publickeyid: builder.signer.keyid }]
  const steps = Object.fromEntries(names.map((name) => [name, { name, functionaries, attestations: [{ type: commandRun }] }]))
  return { policy: await signPolicy({ ...policy, steps }, release.signer), evidence, subject: ['-s', `sha256:${digest(names.length - 1)}`] }
}
