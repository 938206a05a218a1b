import { encodeJson } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { createVerifier } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moduleOf } from './support/rego.ts'
import { types } from './support/types.ts'
import { alice, app, bob, cause, collection, commandRun, hex, keyid, mallory, now, policyOf, root, signPolicy, step } from './support/world.ts'

const measured = 'https://example.com/measured/v1'
const review = 'https://example.com/review/v1'
const functionaries = [{ type: 'publickey', publickeyid: keyid(alice) }] as const
const gate = 'package gate\ndeny["build failed"] { input.steps.build["https://aflock.ai/attestations/command-run/v0.1"].exitcode != 0 }\ndeny["score"] { input.external.review.score < 5 }\ndeny["bad"] { input.attestation.bad }'
const exit = 'package exit\ndeny[m] { input.exitcode > 1; m := sprintf("exit %d", [input.exitcode]) }'

const policy = await signPolicy(
  policyOf({
    steps: {
      build: step('build', { attestations: [{ type: commandRun, regopolicies: [moduleOf('exit', exit)] }] }),
      release: step('release', { attestationsFrom: ['build'], externalFrom: ['review'], attestations: [{ type: measured, regopolicies: [moduleOf('gate', gate)] }] }),
    },
    externalAttestations: {
      review: { name: 'review', predicateType: review, functionaries },
      note: { name: 'note', predicateType: 'https://example.com/note/v1', functionaries, required: false },
    },
  }),
)
const verifier = await createVerifier({ policy, policyVerifiers: [root.verifier], types })

const ran = (exitcode: number) => ({ attestations: [{ type: commandRun, attestation: { cmd: ['make'], exitcode } }] })
const statement = (predicateType: string, predicate: unknown, signers = [alice]) => ({ predicate, predicateType, subjects: { it: { sha256: hex('app') } }, signers })
const release = (attestation: unknown, signers = [alice]) => ({ name: 'release', attestations: [{ type: measured, attestation }], signers, backrefs: { to: { sha256: hex('far') } } })

/** Evidence that passes or fails in one way or another: by those who may sign, and by those who may not. */
const mine: readonly Envelope[] = await Promise.all([
  collection(ran(0)),
  collection(ran(1)),
  collection({ ...ran(2), backrefs: { to: { sha256: hex('far') } } }),
  collection({ ...ran(0), subjects: { it: { sha256: hex('far') } } }),
  collection(release({ good: 1 })),
  collection(release({ bad: true })),
  collection(statement(review, { score: 7 })),
  collection(statement(review, { score: 1 })),
])
const foreign: readonly Envelope[] = await Promise.all([
  collection({ ...ran(0), signers: [mallory] }),
  collection({ ...ran(0), signers: [bob] }),
  collection(release({ good: 2 }, [mallory])),
  collection(release({ good: 3 }, [bob])),
  collection(statement(review, { score: 9 }, [mallory])),
  collection(statement(review, { score: 9 }, [bob])),
  collection(statement('https://example.com/note/v1', {}, [mallory])),
])

async function reportOf(envelopes: readonly Envelope[]): Promise<Report> {
  const pool = [...mine, ...foreign]
  const source: Source = { search: async () => envelopes.map((envelope) => ({ envelope: { ...envelope }, reference: `#${pool.indexOf(envelope)}` })) }
  return verifier.evaluate({ subjects: [app], source, now })
}

const text = (report: Report): string => new TextDecoder().decode(encodeJson(report))
const someOf = (envelopes: readonly Envelope[]) => fc.subarray([...envelopes])

describe('with rules, contexts and external attestations', () => {
  it('the world of these tests knows passes and many kinds of failures', async () => {
    const causes = new Set<string>()
    await fc.assert(fc.asyncProperty(someOf(mine), async (chosen) => void causes.add(cause(await reportOf(chosen)))), { numRuns: 150, seed: 7 })
    expect(causes).toContain('passed')
    expect(causes.size).toBeGreaterThanOrEqual(4)
  })
  it('a report is the same bytes in any order, and with copies', async () => {
    const arbitrary = someOf([...mine, ...foreign]).chain((chosen) => fc.tuple(fc.constant(chosen), fc.shuffledSubarray(chosen, { minLength: chosen.length }), someOf(chosen)))
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([chosen, shuffled, copied]) => {
        expect(text(await reportOf([...shuffled, ...copied]))).toBe(text(await reportOf(chosen)))
      }),
      { numRuns: 100 },
    )
  })
  it('what those sign who may not never turns a no into a yes', async () => {
    await fc.assert(
      fc.asyncProperty(someOf(mine), someOf(foreign), async (chosen, more) => {
        const [before, after] = [await reportOf(chosen), await reportOf([...chosen, ...more])]
        if (before.verdict === 'failed') expect(after.verdict).toBe('failed')
        const verdictOf = (report: Report) => new Map([...report.steps, ...report.externals].flatMap(({ candidates }) => candidates.map(({ digest, verdict }) => [digest, verdict] as const)))
        for (const [candidate, verdict] of verdictOf(before)) if (verdict === 'failed') expect(verdictOf(after).get(candidate)).toBe('failed')
      }),
      { numRuns: 150 },
    )
  })
  it('every envelope that was given for a step or an external attestation is in the report', async () => {
    await fc.assert(
      fc.asyncProperty(someOf([...mine, ...foreign]), async (chosen) => {
        const { steps, externals } = await reportOf(chosen)
        const told = new Set([...steps, ...externals].flatMap(({ candidates }) => candidates.flatMap(({ references }) => references)))
        expect(told.size).toBe(chosen.length)
      }),
      { numRuns: 50 },
    )
  })
})
