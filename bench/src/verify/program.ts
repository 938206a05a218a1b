// Runs in a process of its own, bundled as programs are shipped: what runs TypeScript makes functions slower.
// Prints what it measured as JSON. Arguments: the folder of the generated cases, rounds.
import { verify as verifySignature, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { encodeJson, encodePae, inTotoPayloadType, importVerifier, memorySource, parseEnvelope, sha256Hex, signEnvelope } from '@cilock/core'
import type { Envelope, Source, Verifier } from '@cilock/core'
import { createVerifier, policyPayloadType } from '@cilock/policy'
import type { PolicyVerifier } from '@cilock/policy'
import { knownTypes } from '@cilock/sdk'
import { certificateOf, policyCertificate, timestamperOf } from '@cilock/testing/x509'
import { seededKey } from '@cilock/testing'

/** What this program prints: milliseconds, the fastest of the rounds. */
export interface Measured {
  readonly warm: Readonly<Record<string, { readonly bare: number; readonly decided: number }>>
  readonly growth: readonly { readonly envelopes: number; readonly decided: number }[]
  /** Bytes of heap that a thousand verifications left behind. */
  readonly heapGrowth: number
}

interface Prepared {
  readonly decide: () => Promise<void>
  readonly bare: () => void
}

const [folder = '', rounds = '5'] = process.argv.slice(2)
const now = new Date('2026-06-02T00:00:00Z')

/** A signature by its own key: what any verifier has to do at least. */
interface Bare {
  readonly hash: string | null
  readonly message: Uint8Array
  readonly key: KeyObject
  readonly sig: Uint8Array
}

function bareOf(envelope: Envelope, keys: readonly KeyObject[]): Bare {
  const [signature] = envelope.signatures
  if (signature === undefined) throw new TypeError('no signature')
  const message = encodePae(envelope.payloadType, envelope.payload)
  for (const key of keys) {
    const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
    if (verifySignature(hash, message, key, signature.sig)) return { hash, message, key, sig: signature.sig }
  }
  throw new TypeError('no key verifies')
}

function verifyBare(signed: readonly Bare[]): void {
  for (const { hash, message, key, sig } of signed) if (!verifySignature(hash, message, key, sig)) throw new TypeError('refused')
}

async function prepare(policy: Envelope, policyVerifier: Verifier, signed: readonly Bare[], evidence: readonly Envelope[], subject: string): Promise<Prepared> {
  const verifier = await createVerifier({ policy, policyVerifiers: [policyVerifier], types: knownTypes })
  return { bare: () => verifyBare(signed), decide: async () => decideBy(verifier, [subject], evidence) }
}

async function decideBy(verifier: PolicyVerifier, subjects: readonly string[], evidence: readonly Envelope[]): Promise<void> {
  // a new source each time: what it finds out about envelopes is part of the decision
  const source: Source = memorySource(evidence)
  const report = await verifier.evaluate({ subjects, source, now })
  if (report.verdict !== 'passed') throw new TypeError(JSON.stringify(report).slice(0, 2000))
}

async function generated(id: string): Promise<Prepared> {
  const read = (name: string): Uint8Array => readFileSync(join(folder, id, name))
  const policy = parseEnvelope(read('policy.signed.json'))
  const names = readdirSync(join(folder, id)).filter((name) => name.startsWith('att-')).sort()
  const { publickeys } = JSON.parse(new TextDecoder().decode(policy.payload)) as { readonly publickeys: Readonly<Record<string, { readonly key: string }>> }
  const keys = Object.values(publickeys).map(({ key }) => createPublicKey(atob(key)))
  const evidence = names.map((name) => parseEnvelope(read(name)))
  const policyVerifier = await importVerifier(readFileSync(join(folder, id, 'policy.pub.pem'), 'utf8'))
  return prepare(policy, policyVerifier, evidence.map((envelope) => bareOf(envelope, keys)), evidence, `sha256:${sha256Hex(read('app'))}`)
}

/** Signed under an intermediate, with a timestamp, judged by two rules. */
interface Certified {
  readonly policy: Envelope
  readonly policyVerifier: Verifier
  /** Signs the same statement by a certificate of its own for each number. */
  readonly evidence: (number: number) => Promise<{
    readonly envelope: Envelope
    /** The signatures of the envelope and of the certificate. */
    readonly bare: readonly [Bare, Bare]
  }>
  readonly subject: string
}

async function certified(): Promise<Certified> {
  const [root, tsaRoot, release] = [await certificateOf({ seed: 'root' }), await certificateOf({ seed: 'tsa root' }), await seededKey('release')]
  const inter = await root.issue({ seed: 'inter', kind: 'authority' })
  const tsa = await tsaRoot.issue({ seed: 'tsa', kind: 'timestamper' })
  const type = 'https://aflock.ai/attestations/command-run/v0.1'
  const rule = (name: string, text: string): object => ({ name, module: btoa(text) })
  const document = {
    expires: '2048-01-01T00:00:00Z',
    roots: { ca: { certificate: policyCertificate(root), intermediates: [policyCertificate(inter)] } },
    timestampauthorities: { tsa: { certificate: policyCertificate(tsaRoot) } },
    steps: {
      build: {
        name: 'build',
        functionaries: [{ type: 'root', certConstraint: { commonname: 'builder', dnsnames: ['*'], emails: ['*'], organizations: ['*'], uris: ['*'], roots: ['ca'] } }],
        attestations: [{ type, regopolicies: [rule('exit.rego', 'package exit\ndeny[m] { input.exitcode != 0; m := sprintf("exit code %d", [input.exitcode]) }'), rule('command.rego', 'package command\ndeny["not made by make"] { input.cmd[0] != "make" }')] }],
      },
    },
  }
  const statement = { _type: 'https://in-toto.io/Statement/v0.1', subject: [{ name: 'app', digest: { sha256: sha256Hex('app') } }], predicateType: 'https://aflock.ai/attestation-collection/v0.1', predicate: { name: 'build', attestations: [{ type, attestation: { cmd: ['make'], exitcode: 0 } }] } }
  const policy = await signEnvelope({ payload: encodeJson(document), payloadType: policyPayloadType, signers: [release.signer] })
  const timestamper = timestamperOf(tsa, () => new Date('2026-06-01T11:00:00Z'))
  return {
    policy,
    policyVerifier: release.verifier,
    evidence: async (number) => {
      let tbs = new Uint8Array()
      const alter = (bytes: Uint8Array): Uint8Array => (tbs = Uint8Array.from(bytes))
      const leaf = await inter.issue({ seed: `leaf ${number}`, subject: { commonName: 'builder' }, alter })
      const issued: Bare = { hash: 'sha256', message: tbs, key: createPublicKey(inter.key.publicKeyPem), sig: await inter.key.signer.sign(tbs) }
      const envelope = await signEnvelope({ payload: encodeJson(statement), payloadType: inTotoPayloadType, signers: [leaf.signer], timestampers: [timestamper] })
      return { envelope, bare: [bareOf(envelope, [createPublicKey(leaf.key.publicKeyPem)]), issued] }
    },
    subject: `sha256:${sha256Hex('app')}`,
  }
}

/** The same signer again and again: of what was found out about his certificate nothing is found out twice. */
async function withCertificates(): Promise<Prepared> {
  const { policy, policyVerifier, evidence, subject } = await certified()
  const { envelope, bare: [signed] } = await evidence(0)
  return prepare(policy, policyVerifier, [signed], [envelope], subject)
}

/** As keyless signing has it: a key and a certificate for each signature, more of them than a verifier remembers. */
async function withNewCertificates(): Promise<Prepared> {
  const { policy, policyVerifier, evidence, subject } = await certified()
  const all = await Promise.all(Array.from({ length: 400 }, async (_, number) => evidence(number)))
  const verifier = await createVerifier({ policy, policyVerifiers: [policyVerifier], types: knownTypes })
  const inTurn = turns(all)
  const bareInTurn = turns(all)
  return {
    bare: () => verifyBare(bareInTurn().bare),
    decide: async () => decideBy(verifier, [subject], [inTurn().envelope]),
  }
}

function turns<T>(all: readonly T[]): () => T {
  let index = 0
  return () => {
    const item = all[index++ % all.length]
    if (item === undefined) throw new TypeError('nothing to take turns')
    return item
  }
}

/** Milliseconds of one call, in batches of about two: longer ones are hardly ever left alone on a busy machine. */
async function time(work: () => unknown): Promise<number> {
  let calls = 0
  const start = performance.now()
  while (performance.now() - start < 2 || calls === 0) {
    await work()
    calls += 1
  }
  return (performance.now() - start) / calls
}

/** The engine goes on making verdicts faster for some six thousand of them; a batch counts calls by the time, so they are counted here. */
const warmCalls = 6_000

async function fastest({ bare, decide }: Prepared): Promise<{ readonly bare: number; readonly decided: number }> {
  for (let call = 0; call < warmCalls; call++) {
    bare()
    await decide()
  }
  let best = { bare: Number.POSITIVE_INFINITY, decided: Number.POSITIVE_INFINITY }
  for (let round = 0; round < 60 * Number(rounds); round++) best = { bare: Math.min(best.bare, await time(bare)), decided: Math.min(best.decided, await time(decide)) }
  return best
}

const warm: Record<string, { readonly bare: number; readonly decided: number }> = {}
for (const id of ['one-step-ed25519', 'one-step-p256']) warm[id] = await fastest(await generated(id))
const certificates = await withCertificates()
warm['certificates'] = await fastest(certificates)
warm['new certificates'] = await fastest(await withNewCertificates())

const growth: { readonly envelopes: number; readonly decided: number }[] = []
for (const envelopes of [100, 200, 400, 800]) {
  const { decide } = await generated(`chain-50x${envelopes}`)
  await decide()
  let decided = Number.POSITIVE_INFINITY
  for (let round = 0; round < Math.min(3, Number(rounds)); round++) decided = Math.min(decided, await time(decide))
  growth.push({ envelopes, decided })
}

const { gc } = globalThis
if (gc === undefined) throw new TypeError('run with --expose-gc')
for (let index = 0; index < 200; index++) await certificates.decide()
gc()
const before = process.memoryUsage().heapUsed
for (let index = 0; index < 1000; index++) await certificates.decide()
gc()
process.stdout.write(JSON.stringify({ warm, growth, heapGrowth: process.memoryUsage().heapUsed - before } satisfies Measured))
