import { matchableDigests } from '@cilock/core'
import type { ExternalAttestationMembers } from '../document/members.ts'
import { externalPointer } from '../document/rego.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { ExternalCandidate } from '../evidence/read-external.ts'
import { isTreeSubject } from '../evidence/tree.ts'
import type { VerifyLimits } from '../limits.ts'
import { failed, hasPassed, inPolicy, inStatement, notEvaluated, passed } from '../report/check.ts'
import type { CheckSubject } from '../report/check.ts'
import type { Binding, Check, ExternalReport } from '../report/report.ts'
import type { WantedSubject } from '../subjects.ts'
import { checkSigners } from './functionary.ts'
import { regoChecks } from './rego-checks.ts'
import type { Ruling } from './ruling.ts'

/** What came of one external attestation. */
export interface JudgedExternal {
  readonly verdict: 'passed' | 'failed' | 'skipped'
  /** By digest. */
  readonly accepted: readonly ExternalCandidate[]
  readonly report: ExternalReport
}

interface ExternalsOptions {
  readonly evidence: Evidence
  readonly wanted: readonly WantedSubject[]
  readonly ruling: Ruling
  readonly limits: Required<VerifyLimits>
}

/** Judges the statements that a policy wants beside its steps. They depend on nothing but themselves. */
export function judgeExternals(options: ExternalsOptions): ReadonlyMap<string, JudgedExternal> {
  const judged = judgeEach(options)
  const isVacuous = options.ruling.policy.steps.size === 0 && [...judged.values()].every(({ verdict }) => verdict === 'skipped')
  return isVacuous ? new Map([...judged].map(([name, each]) => [name, asNothing(name, each)])) : judged
}

/** Where a policy asks for nothing but what may be absent, absence is no pass. */
function asNothing(name: string, { report }: JudgedExternal): JudgedExternal {
  const empty: CheckSubject = { code: 'policy-empty', place: inPolicy(externalPointer(name)), expected: 'at least one external attestation' }
  const check = failed(empty, 'the policy asks for nothing but optional external attestations, and there is none', 0)
  return { verdict: 'failed', accepted: [], report: { ...report, verdict: 'failed', checks: [...report.checks, check] } }
}

function judgeEach({ evidence, wanted, ruling, limits }: ExternalsOptions): ReadonlyMap<string, JudgedExternal> {
  return new Map(
    [...ruling.policy.externals].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => {
      const { candidates = [], overLimit = false } = evidence.externals.get(name) ?? {}
      const { required = true, predicateType = '' } = members
      const judged = candidates.map((candidate) => ({ candidate, checks: [...candidate.checks, ...checksOf(candidate, name, members, wanted, ruling)] }))
      const accepted = judged.filter(({ checks }) => checks.every(hasPassed)).map(({ candidate }) => candidate)
      // whoever may put envelopes in a store could else stop every release
      const counts = ({ signers }: ExternalCandidate): boolean => !ruling.rules.signedExternals || signers.length > 0
      const onlyElsewhere = !candidates.some((each) => counts(each) && isAbout(each, predicateType, wanted))
      const verdict = overLimit ? 'failed' : accepted.length > 0 ? 'passed' : onlyElsewhere && !required ? 'skipped' : 'failed'
      const report: ExternalReport = {
        external: name,
        predicateType,
        required,
        verdict,
        checks: stateOf(name, members, judged.length, onlyElsewhere, overLimit, limits),
        candidates: judged.map(({ candidate, checks }) => ({
          digest: candidate.digest,
          payloadType: candidate.payloadType,
          references: candidate.references,
          verdict: checks.every(hasPassed) && !overLimit ? 'passed' : 'failed',
          signers: candidate.signers,
          checks,
        })),
      }
      return [name, { verdict, accepted: overLimit ? [] : accepted, report }] as const
    }),
  )
}

function stateOf(name: string, { predicateType = '', required = true }: ExternalAttestationMembers, found: number, onlyElsewhere: boolean, overLimit: boolean, limits: Required<VerifyLimits>): readonly Check[] {
  const place = inPolicy(externalPointer(name))
  const subject: CheckSubject = { code: 'external', place, expected: predicateType }
  if (overLimit) {
    return [failed({ code: 'limit', place, expected: limits.envelopes }, `the source has more than ${limits.envelopes} envelopes for the external attestation, so they were not looked at`, null)]
  }
  if (found > 0 && (required || !onlyElsewhere)) return [passed(subject, `the source has ${found} of them`, found)]
  if (!required) return [passed(subject, 'there is none about what was handed in that counts, and none has to be', 0)]
  return [failed(subject, `no statement of type ${JSON.stringify(predicateType)} was found`, 0)]
}

function checksOf(candidate: ExternalCandidate, name: string, members: ExternalAttestationMembers, wanted: readonly WantedSubject[], ruling: Ruling): readonly Check[] {
  const pointer = externalPointer(name)
  return [
    checkType(candidate, members),
    checkSubject(candidate, wanted),
    ...checkSigners(candidate, members, ruling, { owner: 'the external attestation', pointer }),
    ...checkRules(candidate, name, members, ruling),
  ]
}

/** Whether it says that it is what is wanted; who says so is another question. */
function isAbout({ claimed }: ExternalCandidate, predicateType: string, wanted: readonly WantedSubject[]): boolean {
  return claimed?.predicateType === predicateType && wanted.some((each) => matches(claimed.subject, each).length > 0)
}

/** The source is not believed: what counts is the type that was signed. */
function checkType({ statement, reason }: ExternalCandidate, { predicateType = '' }: ExternalAttestationMembers): Check {
  const subject: CheckSubject = { code: 'evidence-predicate-type', place: inStatement('/predicateType'), expected: predicateType }
  if (statement === undefined) return notEvaluated(subject, reason)
  const found = statement.predicateType
  if (found !== predicateType) return failed(subject, `expected a predicate of type ${JSON.stringify(predicateType)}, found ${JSON.stringify(found)}`, found)
  if (statement.predicate === null || statement.predicate === undefined) return failed({ ...subject, code: 'evidence-statement', place: inStatement('/predicate') }, 'the statement has no predicate, so it says nothing', null)
  return passed(subject, 'the predicate has the type that is wanted', found)
}

/** About what was handed in, on the bytes that were signed; no other evidence leads here. */
function checkSubject({ statement, reason }: ExternalCandidate, wanted: readonly WantedSubject[]): Check {
  const subject: CheckSubject = { code: 'subject', place: inStatement('/subject'), expected: wanted.flatMap(({ digests }) => digests) }
  if (statement === undefined) return notEvaluated(subject, reason)
  const [match] = wanted.flatMap((each) => matches(statement.subject, each))
  if (match !== undefined) return passed(subject, `it is about ${match.digest}, which was handed in`, match.digest)
  return failed(subject, 'it is not about anything that was handed in', statement.subject.map(({ name, digest }) => ({ name, digest })))
}

function checkRules(candidate: ExternalCandidate, name: string, { predicateType = '' }: ExternalAttestationMembers, ruling: Ruling): readonly Check[] {
  const modules = ruling.policy.rego.get(externalPointer(name))
  if (modules === undefined) return []
  const place = inStatement('/predicate')
  const { statement, reason, digest } = candidate
  if (statement === undefined) return modules.packages.map(({ rule, modules: names }) => notEvaluated({ code: 'rego', place, expected: { rule, modules: names } }, reason))
  return regoChecks({ type: statement.predicateType, predicate: statement.predicate, place, seed: digest }, predicateType, modules, ruling)
}

type Subjects = readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[]

function matches(subjects: Subjects, { anchors, oneLeafRoots, isArtifact }: WantedSubject): readonly { readonly name: string; readonly digest: string }[] {
  return subjects.flatMap(({ name, digest }) => {
    const mayBe = new Set([...(isArtifact && isTreeSubject(name) ? [] : anchors), ...oneLeafRoots])
    return matchableDigests(digest).filter((each) => mayBe.has(each)).map((each) => ({ name, digest: each }))
  })
}

/** How accepted external attestations speak about an artifact. */
export function externalBindings(externals: ReadonlyMap<string, JudgedExternal>, wanted: WantedSubject): readonly Binding[] {
  return [...externals].flatMap(([external, { accepted }]) =>
    accepted.flatMap(({ digest, statement }) => matches(statement?.subject ?? [], wanted).map(({ name }): Binding => ({ external, candidate: digest, by: 'subject', name }))),
  )
}
