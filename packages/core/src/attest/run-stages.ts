import { CilockError } from '../error.ts'
import { runTypes } from '../evidence/attestor.ts'
import type { AttestContext, Attestor, CompletedAttestation } from '../evidence/attestor.ts'
import { typeIn } from '../evidence/dialect.ts'
import type { Artifacts, Evidence, Product } from '../evidence/evidence.ts'
import { checkEvidence } from './check-evidence.ts'
import type { AttestEvent, AttestorOutcome } from './options.ts'
import { checkAgreement } from './subjects.ts'

/** An attestor, how it ended, and what it found where it found something. */
export interface AttestorRun {
  readonly attestor: Attestor
  readonly outcome: AttestorOutcome
  readonly evidence?: Evidence
}

type Unchanging = Omit<AttestContext, 'materials' | 'products' | 'completed' | 'executeStart'>

/**
 * Runs the attestors stage by stage. Those of one stage run together and see what earlier stages found, never each
 * other, so the result does not depend on who finishes first.
 */
export async function runStages(
  attestors: readonly Attestor[],
  unchanging: Unchanging,
  onEvent: (event: AttestEvent) => void,
): Promise<readonly AttestorRun[]> {
  const runs: AttestorRun[] = []
  let executeStart: Date | undefined
  for (const runType of runTypes) {
    const stage = attestors.filter((attestor) => attestor.runType === runType)
    if (stage.length === 0) continue
    if (runType === 'execute') executeStart = unchanging.clock()
    const context: AttestContext = {
      ...unchanging,
      ...gathered(runs),
      ...(executeStart === undefined ? {} : { executeStart }),
    }
    const settled = await orStopped(Promise.allSettled(stage.map((attestor) => runOne(attestor, context, onEvent))), unchanging.signal)
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason
      runs.push(one.value)
    }
    if (unchanging.signal.aborted) throw aborted(unchanging.signal)
    checkAgreement(runs, unchanging.dialect ?? 'cilock')
  }
  return runs
}

/** How long attestors may take to clean up after the signal, in milliseconds; one that never looks at it is left behind. */
const grace = 10_000

async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let stop: () => void = () => {}
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => {
      timer = setTimeout(() => reject(aborted(signal)), grace)
    }
  })
  signal.addEventListener('abort', stop, { once: true })
  // It may have fired while the stage was being started.
  if (signal.aborted) stop()
  try {
    return await Promise.race([work, stopped])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

export function aborted(signal: AbortSignal): CilockError {
  return new CilockError('ERR_ABORTED', 'the run was stopped by its signal', { cause: signal.reason })
}

async function runOne(
  attestor: Attestor,
  context: AttestContext,
  onEvent: (event: AttestEvent) => void,
): Promise<AttestorRun> {
  const { name, runType } = attestor
  const startedAt = context.clock()
  onEvent({ kind: 'start', attestor: name, runType })
  const run = await attempt(attestor, context, startedAt)
  onEvent({ kind: 'end', attestor: name, runType, outcome: run.outcome.outcome })
  return run
}

async function attempt(attestor: Attestor, context: AttestContext, startedAt: Date): Promise<AttestorRun> {
  const ended = (outcome: AttestorOutcome['outcome'], type: string, error?: CilockError): AttestorOutcome => ({
    attestor: attestor.name,
    type,
    outcome,
    startedAt,
    endedAt: context.clock(),
    ...(error === undefined ? {} : { error }),
  })
  try {
    const evidence = await attestor.attest(context)
    checkEvidence(evidence)
    return { attestor, evidence, outcome: ended('attested', typeOf(attestor, evidence, context)) }
  } catch (error) {
    const coded = CilockError.is(error)
      ? error
      : new CilockError('ERR_ATTESTOR_FAILED', `${attestor.name} failed without a code: ${String(error)}`, { cause: error })
    const outcome = coded.code === 'ERR_NOTHING_TO_ATTEST' ? 'nothing' : 'failed'
    return { attestor, outcome: ended(outcome, attestor.predicateType, coded) }
  }
}

/** The URI that the evidence is written under. */
function typeOf(attestor: Attestor, { predicateType = attestor.predicateType }: Evidence, { dialect = 'cilock' }: AttestContext): string {
  const type = typeIn(dialect, predicateType)
  if (type !== undefined) return type
  throw new CilockError('ERR_DIALECT_UNSUPPORTED', `expected evidence that ${dialect} knows, found ${predicateType}: it could read nothing of a collection that has it`)
}

/** What the stages so far found, as one picture. A later attestor wins over an earlier one on the same path. */
function gathered(runs: readonly AttestorRun[]): Pick<AttestContext, 'materials' | 'products' | 'completed'> {
  const materials: Artifacts[] = []
  const products: Readonly<Record<string, Product>>[] = []
  const completed: CompletedAttestation[] = []
  for (const { attestor, evidence, outcome } of runs) {
    if (evidence === undefined) continue
    if (evidence.materials !== undefined) materials.push(evidence.materials)
    if (evidence.products !== undefined) products.push(evidence.products)
    completed.push({ name: attestor.name, type: outcome.type, evidence })
  }
  return { materials: merged(materials), products: merged(products), completed }
}

/** Without a prototype, so that a file named `__proto__` is a file like any other. */
function merged<T>(records: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  const into: Record<string, T> = Object.create(null)
  for (const record of records) for (const [key, value] of Object.entries(record)) into[key] = value
  return into
}
