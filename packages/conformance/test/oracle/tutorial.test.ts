import { generateKey } from '@cilock/core'
import type { GeneratedKey } from '@cilock/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedPolicy } from '../../../../examples/container-image/src/policy.ts'
import { functionaryOf, road } from '../../../../examples/container-image/src/road.ts'
import type { Brought } from '../../../../examples/container-image/src/road.ts'
import { createCounter } from './brought.ts'
import { canRun, createJudge, patience, suiteName } from './judge.ts'
import type { Judge } from './judge.ts'

/**
 * What is shown at the gate, in the order of the road. The image's id is a seed that both tools take: it is a subject of
 * the build (`imageid:`), and the build's back-references lead to the other steps.
 */
const verdicts = [
  ['the image as it was built, described and scanned', 'passed', /verified: sha256:[0-9a-f]{64} bound to step "docker-build" subject "oci\/v0\.1\/imageid:/],
  ['the step that describes it left out', 'ERR_NO_COLLECTION', /no collection passed verification for step docker-sbom/],
  ['a step docker-sbom without an SBOM', 'ERR_ATTESTATION_MISSING', /no collection passed verification for step docker-sbom/],
  ['another image than the attested one', 'ERR_SUBJECT_MISMATCH', /not present in any subject of step "docker-build"/],
  ['the SBOM step signed by the key of the scanner', 'ERR_FUNCTIONARY_MISMATCH', /no verifiers matched the allowed functionaries for step docker-sbom/],
  ['a payload that was edited', 'ERR_EVIDENCE_SIGNATURE', /docker-sbom.*failed to verify envelope/],
  ['the day after the policy expired', 'ERR_POLICY_EXPIRED', /policy expired/],
  ['a scan by an action that is not pinned to a commit', 'ERR_REGO_DENIED', /policy was denied due to: acme\/scan@v1 is not pinned to a commit/],
  ['a scan by an action of somebody else', 'ERR_REGO_DENIED', /policy was denied due to: evil\/scan@[0-9a-f]{40} is none of the approved actions/],
  ['an SBOM of another image', 'ERR_REGO_DENIED', /policy was denied due to: the SBOM describes pkg:oci\/app@sha256%3A0{64}/],
  ['an image that was built from another branch', 'ERR_REGO_DENIED', /policy was denied due to: built from refs\/heads\/feature/],
  ['an image tarball that was replaced between the steps', 'ERR_ARTIFACTS_MISMATCH', /mismatched digests for image\.tar/],
] as const

describe.skipIf(!canRun)(suiteName('the road of the example, as cilock judges it'), patience, () => {
  const counter = createCounter()
  const brought: Brought[] = []
  let judge: Judge
  let keys: Readonly<Record<'builder' | 'scanner' | 'release', GeneratedKey>>

  beforeAll(async () => {
    judge = createJudge()
    const [builder, scanner, release] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519'), generateKey('ed25519')])
    keys = { builder, scanner, release }
    for await (const each of road(keys, () => {}, false)) brought.push(each)
  }, 120_000)
  afterAll(counter.remove)

  it('is asked all that the example asks', () => {
    expect(brought.map(({ what }) => what)).toEqual(verdicts.map(([what]) => what))
  })

  it.concurrent.each(verdicts.map((verdict, index) => [...verdict, index] as const))('%s: %s', async (_what, expected, reason, index) => {
    const { request, at } = brought[index] ?? expect.unreachable()
    const { builder, scanner, release } = keys
    // Go reads the machine's clock, so what will have expired by then is brought as expired now
    const later = at.getTime() > Date.now()
    const policy = later ? await signedPolicy(functionaryOf(builder), functionaryOf(scanner), new Date(Date.now() - 1000), release.signer) : request.policy
    const evidence = Object.fromEntries(request.evidence.map((envelope, each) => [String(each), envelope]))
    const place = counter.put({ policy, policyKeyPem: release.publicKeyPem, evidence, subject: ['-s', request.imageId] })
    expect(await judge.both(...place)).toMatchObject({ go: expected === 'passed' ? 'passed' : 'refused', ours: expected, reason: expect.stringMatching(reason) })
  })
})
