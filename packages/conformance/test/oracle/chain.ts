import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnvelope, signEnvelope } from '@cilock/core'
import type { Envelope, Signer } from '@cilock/core'
import { policyPayloadType } from '@cilock/policy'
import type { Brought } from './brought.ts'
import { ours } from './judge.ts'
import { recordedKey } from './keys.ts'
import type { RecordedKey } from './keys.ts'

/** Two steps that our command line ran, the second over what the first left, and the policy that lets `app` through. */
export interface Chain {
  readonly builder: RecordedKey
  /** In the policy, and allowed for no step. */
  readonly other: RecordedKey
  /** Signs the policy. */
  readonly release: RecordedKey
  readonly policy: PolicyDocument
  readonly fetch: Envelope
  readonly compile: Envelope
  /** As it is brought when nothing is wrong with it; what is given takes the place of the right things. */
  readonly brought: (other?: Partial<Brought>) => Promise<Brought>
}

/** A policy's JSON, to be changed and signed again. */
export type PolicyDocument = {
  expires: string
  publickeys: Record<string, { keyid: string; key: string }>
  steps: Record<string, { name: string; artifactsFrom?: string[]; functionaries: { type: string; publickeyid: string }[]; attestations: { type: string }[] }>
}

const attestation = (name: string): { readonly type: string } => ({ type: `https://aflock.ai/attestations/${name}` })
const required = ['material/v0.3', 'command-run/v0.2', 'product/v0.3'].map(attestation)

export async function makeChain(): Promise<Chain> {
  const [builder, other, release] = await Promise.all(['ec-p256', 'ec-p384', 'ed25519'].map(recordedKey)) as [RecordedKey, RecordedKey, RecordedKey]
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'cilock-chain-')))
  try {
    const fetch = await runStep(dir, 'fetch', builder, `require('fs').writeFileSync('source', 'a source')`)
    const compile = await runStep(dir, 'compile', builder, `for (const name of ['app', 'log']) require('fs').writeFileSync(name, name + ' of ' + require('fs').readFileSync('source'))`)
    const policy = policyOf(builder, other)
    return {
      builder,
      other,
      release,
      policy,
      fetch,
      compile,
      brought: async (changed) => ({
        policy: await signPolicy(policy, release.signer),
        policyKeyPem: release.publicKeyPem,
        evidence: { fetch, compile },
        subject: ['-s', `sha256:${digestOf('app', compile)}`],
        ...changed,
      }),
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

export async function signPolicy(policy: unknown, signer: Signer, payloadType: string = policyPayloadType): Promise<Envelope> {
  return signEnvelope({ payload: new TextEncoder().encode(typeof policy === 'string' ? policy : JSON.stringify(policy)), payloadType, signers: [signer] })
}

/** Signs a statement again after its text was changed, as its signer would. */
export async function resigned({ payload, payloadType }: Envelope, signer: Signer, change: (text: string) => string): Promise<Envelope> {
  const text = changed(new TextDecoder().decode(payload), change)
  return signEnvelope({ payload: new TextEncoder().encode(text), payloadType, signers: [signer] })
}

/** A change that changes nothing would test nothing. */
export function changed(before: string, change: (text: string) => string): string {
  const after = change(before)
  if (after === before) throw new TypeError('the change changed nothing')
  return after
}

/** The same for its parsed JSON. The statement of our steps holds no number that JavaScript would change. */
export async function resignedJson(envelope: Envelope, signer: Signer, change: (statement: StatementJson) => void): Promise<Envelope> {
  return resigned(envelope, signer, (text) => {
    const statement = JSON.parse(text) as StatementJson
    change(statement)
    return JSON.stringify(statement)
  })
}

/** As far as tests reach into it. */
export interface StatementJson {
  predicateType: string
  subject: { name: string; digest: Record<string, string> }[]
  predicate: { name: string; attestations: { type: string; attestation: Record<string, unknown> }[] }
}

/** The digest of a file that a step made, as its tree has it. */
export function digestOf(path: string, { payload }: Envelope): string {
  const { predicate } = JSON.parse(new TextDecoder().decode(payload)) as StatementJson
  const leaf = leavesOf(predicate.attestations.at(-1)).find((each) => each.path === path)
  if (leaf === undefined) throw new TypeError(`no ${path} among the products`)
  return leaf.fileDigest
}

/** The leaves of the tree of an attestation, to be changed. */
export function leavesOf(attestation: { readonly attestation: Record<string, unknown> } | undefined): { path: string; fileDigest: string; leafHash: string }[] {
  return (attestation?.attestation['leaves'] ?? []) as { path: string; fileDigest: string; leafHash: string }[]
}

async function runStep(dir: string, step: string, { privateKeyPath }: RecordedKey, script: string): Promise<Envelope> {
  const outfile = `../${step}-${process.pid}.json`
  const path = join(dir, outfile)
  try {
    const { status, stderr } = await ours(dir, ['run', '-s', step, '-k', privateKeyPath, '-a', '', '-o', outfile, '--', process.execPath, '-e', script])
    if (status !== 0) throw new TypeError(`step ${step}: ${stderr}`)
    return parseEnvelope(readFileSync(path))
  } finally {
    rmSync(path, { force: true })
  }
}

function policyOf(builder: RecordedKey, other: RecordedKey): PolicyDocument {
  const functionaries = [{ type: 'publickey', publickeyid: builder.signer.keyid }]
  return {
    expires: '2048-01-01T00:00:00Z',
    publickeys: Object.fromEntries([builder, other].map(({ signer: { keyid }, publicKeyPem }) => [keyid, { keyid, key: btoa(publicKeyPem) }])),
    steps: {
      fetch: { name: 'fetch', functionaries, attestations: [...required] },
      compile: { name: 'compile', artifactsFrom: ['fetch'], functionaries, attestations: [...required] },
    },
  }
}
