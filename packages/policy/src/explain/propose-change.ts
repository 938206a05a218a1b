import { CilockError } from '@cilock/core'
import type { KeyVerifier, Source, SourceQuery, SourceResult, Verifier } from '@cilock/core'
import { argument, expected, listOf, object, optional } from '../argument.ts'
import { aPublicKey, checkEvidenceOptions, checkPolicyOptions } from '../check-options.ts'
import { evaluate } from '../evaluate.ts'
import { expectReport } from '../report/expect-report.ts'
import type { VerifyOptions } from '../options.ts'
import type { Report } from '../report/report.ts'
import { applyEdit } from './apply-edit.ts'
import type { EditMaterial } from './apply-edit.ts'
import { describeEdit } from './describe-edit.ts'
import { isEvidence } from './edit.ts'
import type { Edit, EvidenceEdit } from './edit.ts'
import { explain } from './explain.ts'
import type { ExplainedCause, Explanation } from './explain.ts'

/** What satisfies the policy. */
export interface Change {
  /** All of them together. */
  readonly edits: readonly Edit[]
  /** One sentence: what to do, and when it is right to. */
  readonly sentence: string
  /** Whether it was tried and passes; what has to be made first cannot be. */
  readonly tried: boolean
}

const count = expected('a number from 0 on, without a fraction', (value) => Number.isSafeInteger(value) && Number(value) >= 0)
const proposeOptions = object({ keys: optional(listOf(aPublicKey)), edits: optional(count), tries: optional(count) })

/** How changes are looked for. */
export interface ProposeOptions {
  /** The report of the refusal. Default: it is made. */
  readonly report?: Report
  /** Public keys that the caller knows of, which a policy could be given. Default: none. */
  readonly keys?: readonly KeyVerifier[]
  /** Edits that a change may have. Default: 3. */
  readonly edits?: number
  /** Verifications that may be tried. Default: 32. */
  readonly tries?: number
}

/**
 * The smallest changes that make a verification pass: of the policy, of what is handed in, or else the evidence that is
 * missing. One is the answer; of several somebody has to choose; none is known where the list is empty.
 *
 * Each that can be tried was tried: the verification was made again with it, as if the policy had been signed so, and it
 * passed. No smaller one of these kinds does. Evidence that is missing cannot be tried (`tried` is false): it is what has to
 * be made before anything can pass. Nothing is changed by asking, and no verdict rests on it. A policy whose signature does
 * not count gets no proposals.
 *
 * @throws TypeError and CilockError as `evaluate`.
 * @example
 * ```ts
 * const [change, ...others] = await proposeChange(options)
 * if (change !== undefined && others.length === 0) console.log(change.sentence)
 * ```
 */
export async function proposeChange(options: VerifyOptions, how: ProposeOptions = {}): Promise<readonly Change[]> {
  checkPolicyOptions(options)
  checkEvidenceOptions(options)
  proposeOptions(how, argument('proposeChange', 'options'))
  const { report: known, keys = [], edits: mostEdits = 3, tries = 32 } = how
  if (known !== undefined) expectReport(known, 'proposeChange')
  const report = known ?? (await evaluate(options))
  if (report.verdict === 'passed' || !isVouchedFor(report)) return []
  const material: EditMaterial = { keys }
  let level: readonly Node[] = [{ edits: [], options: asIfSigned(options), explanation: explain(report) }]
  let left = tries
  for (let size = 1; size <= mostEdits; size++) {
    const passing: (readonly Edit[])[] = []
    const next: Node[] = []
    for (const node of level) {
      for (const edit of node.explanation.first?.edits ?? []) {
        const changed = applyEdit(node.options, edit, material)
        if (changed === undefined) continue
        if (left-- <= 0) return []
        const tried = await tryOut(changed)
        const edits = joined([...node.edits, edit])
        if (tried?.verdict === 'passed') passing.push(edits)
        else if (tried !== undefined) next.push({ edits, options: changed, explanation: explain(tried) })
      }
    }
    if (passing.length > 0) return distinct(passing).map((edits) => changeOf(edits, true))
    level = next
  }
  return missingEvidence(options, explain(report), material)
}

interface Node {
  readonly edits: readonly Edit[]
  readonly options: VerifyOptions
  readonly explanation: Explanation
}

/** Only what somebody signed as a policy is worth a change. */
function isVouchedFor({ policy: { checks } }: Report): boolean {
  return !checks.some(({ code, state }) => state !== 'passed' && (code === 'policy-signature' || code === 'policy-payload-type'))
}

/** What would be if the changed policy were signed; and the source is asked each thing once. */
function asIfSigned(options: VerifyOptions): VerifyOptions {
  const anybody: Verifier = { verify: async () => ({ keyid: 'as-if-signed' }) }
  return { ...options, policyVerifiers: [anybody], policy: { ...options.policy, signatures: [{ keyid: '', sig: Uint8Array.of(0) }] }, source: remembering(options.source) }
}

function remembering(source: Source): Source {
  const answers = new Map<string, Promise<readonly SourceResult[]>>()
  return {
    search: (query: SourceQuery, options) => {
      const key = JSON.stringify(query)
      const answer = answers.get(key) ?? source.search(query, options)
      answers.set(key, answer)
      return answer
    },
  }
}

/** Undefined where the changed question is none, such as a digest that cannot be one. */
async function tryOut(options: VerifyOptions): Promise<Report | undefined> {
  try {
    return await evaluate(options)
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_DIGEST_INVALID') return undefined
    throw error
  }
}

/** What has to be made before anything can be tried, and what else stands in the way where that is one thing. */
function missingEvidence(options: VerifyOptions, { causes }: Explanation, material: EditMaterial): readonly Change[] {
  const own = causes.filter((cause) => cause.own)
  const parts = (own.length > 0 ? own : causes.slice(0, 1)).map((cause) => settling(cause, options, material))
  if (parts.length === 0 || parts.some((part) => part === undefined)) return []
  const edits = parts.flatMap((part) => part ?? [])
  const evidence = edits.filter(isEvidence)
  if (evidence.length === 0) return []
  return [changeOf([...edits.filter((edit) => !isEvidence(edit)), merged(evidence)], false)]
}

function settling({ edits }: ExplainedCause, options: VerifyOptions, material: EditMaterial): readonly Edit[] | undefined {
  const evidence = edits.filter(isEvidence)
  if (evidence.length > 0) return evidence
  const others = edits.filter((edit) => applyEdit(options, edit, material) !== undefined)
  return others.length === 1 ? others : undefined
}

function merged(edits: readonly EvidenceEdit[]): EvidenceEdit {
  const all = (pick: (edit: EvidenceEdit) => readonly string[]): readonly string[] => [...new Set(edits.flatMap(pick))].sort()
  return { kind: 'provide-evidence', steps: all(({ steps }) => steps), externals: all(({ externals }) => externals) }
}

/** What is dropped from the input of one type, or allowed to one step, in two goes is one edit. */
function joined(edits: readonly Edit[]): readonly Edit[] {
  const all = new Map<string, Edit>()
  for (const edit of edits) {
    const key = edit.kind === 'drop-input' ? `input ${edit.type}` : edit.kind === 'allow-untracked' ? `step ${edit.step}` : JSON.stringify(edit)
    const known = all.get(key)
    if (known?.kind === 'drop-input' && edit.kind === 'drop-input') all.set(key, { ...edit, keys: union(known.keys, edit.keys) })
    else if (known?.kind === 'allow-untracked' && edit.kind === 'allow-untracked') all.set(key, { ...edit, paths: union(known.paths, edit.paths) })
    else all.set(key, edit)
  }
  return [...all.values()]
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort()
}

function distinct(changes: readonly (readonly Edit[])[]): readonly (readonly Edit[])[] {
  const byContent = new Map(changes.map((edits) => [edits.map((edit) => JSON.stringify(edit)).sort().join('\n'), edits]))
  return [...byContent].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edits]) => edits)
}

function changeOf(edits: readonly Edit[], tried: boolean): Change {
  return { edits, sentence: edits.map(describeEdit).join('; and '), tried }
}
