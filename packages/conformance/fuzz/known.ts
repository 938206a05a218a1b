import type { Verdict } from './judge.ts'
import type { Plan } from './plan.ts'

/** A difference from the real tool that stands in `docs/go-differences.md`, under the same id. */
export interface KnownDifference {
  readonly id: string
  readonly why: string
  /** What the real tool says where we say otherwise. */
  readonly go: 'passed' | 'refused'
  /** One of these faults has to be in the world; absent where the world itself is enough. */
  readonly faults?: readonly string[]
  /** What else has to be so. */
  readonly when?: (plan: Plan, ours: Verdict, go: Verdict) => boolean
}

/** Every difference between us, by CI/lock's own rules, and cilock. */
export const knownDifferences: readonly KnownDifference[] = [
  stricter('expires-hour-one-digit', 'times that RFC 3339 does not have', ['policy-expires-dialect'], ['policy-time']),
  stricter('poldoc-dup-expires-last-good', 'a key twice', ['policy-duplicate-key'], ['policy-json']),
  stricter('poldoc-dup-case-expires-fresh', 'keys in other letters', ['policy-key-in-other-case'], ['policy-key-case']),
  stricter('name-surrogates-differ', 'half surrogate pairs', ['policy-invalid-unicode'], ['policy-json']),
  stricter('polenv-file-dup-signatures', 'a key of an envelope twice', ['policy-file-duplicate-key', 'evidence-file-duplicate-key'], ['ERR_MALFORMED']),
  stricter('evidence-stmt-dup-predicate', 'a key of a statement twice, or in other letters', ['statement-duplicate-key', 'statement-key-in-other-case'], ['ERR_MALFORMED', 'evidence-statement']),
  stricter('artifacts-cycle', 'steps that take from each other', ['artifacts-from-self'], ['policy-cycle']),
  stricter('artifacts-same-path-twice', 'one path with two digests', ['map-again-with-other-digest'], ['artifact-conflict', 'artifacts ']),
  stricter('tree-treesize-wrong', 'trees that are not those of their leaves', ['tree-size-wrong', 'tree-construction-other', 'tree-leaf-hash-wrong', 'tree-leaves-none', 'attestation-null'], ['evidence-collection']),
  { id: 'tree-treesize-wrong', why: 'a tree that is not that of its leaves is no upstream, and another run of that step is another', go: 'passed', faults: ['tree-leaves-none', 'tree-size-wrong', 'tree-construction-other', 'tree-leaf-hash-wrong'], when: ({ steps }, { cause }) => steps.some(({ otherRun }) => otherRun) && cause.startsWith('artifacts ') },
  stricter('artifacts-v3-empty-leaves-nonempty-root', 'a root without its leaves', ['tree-leaf-removed'], ['evidence-collection']),
  stricter('B3', 'statements of another type', ['statement-type-other'], ['ERR_STATEMENT_TYPE']),
  { id: 'input-external-slsa-v1', why: 'keys that no SLSA provenance has are gone before Rego looks', go: 'passed', faults: ['external-denied'], when: hasProvenance },
  { id: 'external-rego-unread', why: 'rules of an optional external attestation that is not there are not read', go: 'passed', faults: ['rego-blocked-built-in', 'rego-without-deny', 'rego-recursion', 'rego-syntax', 'rego-empty-list', 'rego-no-base64', 'rego-same-package', 'rego-same-name'], when: ({ externals }, { cause }) => cause.startsWith('policy-rego') && externals.some(({ required, present }) => !required && !present) },
  stricter('external-null-predicate', 'an external statement without a predicate', ['predicate-null'], ['evidence-statement']),
  { id: 'B1', why: 'what a step said before its context was there stands', go: 'passed', when: hasLateContext },
  { id: 'attfrom-late-context-tested', why: 'a refusal without context is never revoked', go: 'refused', when: hasLateContext },
  { id: 'evidence-unreadable-beside-good', why: 'one collection that cannot be decoded ends the run', go: 'refused', when: (_plan, _ours, { cause }) => /failed to load attestation file:.*(cannot unmarshal|unmarshal collection)/.test(cause) },
  laxerThanGo('B4', 'of two modules with one name the first is lost, and has no deny then', ['rego-same-name']),
  laxerThanGo('external-predicate-with-name', 'a foreign predicate is read as a collection', ['external-with-name', 'predicate-text']),
  laxerThanGo('polenv-base64-unpadded', 'base64 without padding', ['policy-file-unpadded', 'evidence-file-unpadded']),
  laxerThanGo('cli §7', 'a digest in capital letters', ['artifact-in-capitals']),
]

/** Every further difference between cilock and witness: only what witness says by itself. */
export const witnessDifferences: readonly KnownDifference[] = [
  stricter('witness-keys-unknown', 'what witness does not know in a policy it passes over', ['attestations-from-self', 'attestations-from-unknown', 'attestations-from-circle', 'external-from-unknown', 'timestamp-constraint-empty', 'timestamp-constraint-negative', 'timestamp-constraint-odd', 'timestamp-constraint-inverted', 'timestamp-constraint-passed', 'timestamp-constraint-met', 'ai-policy', 'root-junk', 'authority-junk']),
  stricter('B2', 'witness reads a rule without deny as agreement, and blocks no built-in', ['rego-without-deny', 'rego-blocked-built-in', 'rego-built-in-fails', 'rego-denies-object']),
  stricter('B2', 'built-ins that fail end nothing in witness', ['command-missing', 'command-text', 'exit-code-missing', 'exit-code-text'], ['rego-error ']),
  { id: 'witness-hardening', why: 'witness has none of the four switches', go: 'passed', faults: ['constraint-lists-empty', 'key-with-constraint', 'rego-same-package', 'step-name-empty', 'step-name-other', 'step-key-other'], when: ({ enforced }) => enforced },
  { id: 'perm-chain', why: 'witness compares with the first run of the step before alone', go: 'refused', when: ({ steps }, _ours, { cause }) => steps.some(({ otherRun }) => otherRun) && cause.includes('mismatched digests') },
  stricter('witness-policy-empty', 'witness lets everything through by a policy without steps', ['policy-without-steps', 'policy-steps-null', 'policy-empty-object']),
  laxerThanGo('witness-attestation-unknown', 'witness reads no collection with an attestation that it does not know', ['attestation-unknown-too', 'attestation-type-other']),
  { id: 'witness-attestation-unknown', why: 'a bit in a type makes one that witness does not know', go: 'refused', faults: ['evidence-payload-bit'], when: (_plan, _ours, { cause }) => cause.includes('attestation not found: ') },
  stricter('witness-artifacts-disjoint', 'witness compares only files that both steps have', ['map-path-other', 'map-empty']),
  stricter('witness-attestations-none', 'witness lets everything through at a step that asks for nothing', ['attestations-none']),
  stricter('witness-certificate-usage', 'witness takes certificates of web servers', ['certificate-tls']),
  { id: 'witness-attestation-null', why: 'witness panics at an attestation of null', go: 'refused', faults: ['attestation-null'], when: (_plan, _ours, { cause }) => cause.includes('panic: ') },
  stricter('B22', 'witness takes any predicate type for a collection', ['predicate-type-other']),
]

/** Where `strict` passes what `compat` refuses. */
export const laxer: readonly KnownDifference[] = [
  { id: 'policy §3.3', why: 'evidence more than three steps away', go: 'refused', when: ({ steps }) => steps.filter(({ found }) => found === 'reference').length >= 3 },
  { id: 'external-optional-unknown-signer', why: 'an optional external attestation by nobody whom the policy names', go: 'refused', when: ({ externals }, _ours, { cause }) => cause.startsWith('evidence-signature ') && externals.some(({ required }) => !required) },
  laxerThanGo('rego-presence-zero-filled', 'missing keys are zeros in CI/lock', ['command-missing', 'exit-code-missing', 'attestation-null']),
]

/** The difference that explains two verdicts, if one does. */
export function explain(known: readonly KnownDifference[], plan: Plan, ours: Verdict, go: Verdict): KnownDifference | undefined {
  return known.find(
    (each) =>
      (each.go === 'passed') === go.passed &&
      (each.faults === undefined || plan.faults.some(({ name }) => each.faults?.includes(name))) &&
      (each.when === undefined || each.when(plan, ours, go)),
  )
}

function stricter(id: string, why: string, faults: readonly string[], checks?: readonly string[]): KnownDifference {
  return { id, why, go: 'passed', faults, ...(checks !== undefined && { when: (_plan: Plan, { cause }: Verdict) => checks.some((check) => cause.startsWith(check)) }) }
}

function laxerThanGo(id: string, why: string, faults: readonly string[]): KnownDifference {
  return { id, why, go: 'refused', faults }
}

function hasProvenance({ externals }: Plan, { cause }: Verdict): boolean {
  return cause.startsWith('rego ') && externals.some(({ predicateType }) => predicateType.startsWith('https://slsa.dev/provenance/'))
}

/** Whether the rules of a step look at one that only a reference leads to. */
function hasLateContext({ steps }: Plan): boolean {
  const late = new Set(steps.filter(({ found }) => found === 'reference').map(({ name }) => name))
  return steps.some(({ attestationsFrom }) => attestationsFrom.some((name) => late.has(name)))
}
