import { checkOptions } from './check-options.ts'
import { buildCollection } from './collection.ts'
import { checkAlgorithms } from '../digest/algorithms.ts'
import { hashBytes } from '../digest/hash-bytes.ts'
import { hashStream } from '../digest/hash-stream.ts'
import { inTotoPayloadType } from '../dsse/envelope.ts'
import type { Envelope } from '../dsse/envelope.ts'
import { signEnvelope } from '../dsse/sign.ts'
import { CilockError } from '../error.ts'
import { collectionType, witnessCollectionType } from '../evidence/type-alias.ts'
import { encodeStatement } from '../statement/encode-statement.ts'
import type { AttestOptions, AttestResult, ExportedAttestation } from './options.ts'
import { AttestError } from './error.ts'
import { aborted, runStages } from './run-stages.ts'
import { exportedSubjects, statementSubjects } from './subjects.ts'
import type { AttestorRun } from './run-stages.ts'

/**
 * Runs a step's attestors stage by stage, gathers what they found in one collection, and signs it as an in-toto
 * statement.
 *
 * Nothing is taken from the process: directory, environment, clock, host, network and signal are arguments. The same
 * inputs give the same statement.
 *
 * @throws AttestError `ERR_ATTESTOR_FAILED` when an attestor failed. The evidence of the others is signed and stands in
 * the error's `result`.
 * @throws CilockError `ERR_ABORTED` when `signal` fires, `ERR_SIGNER_FAILED` when a signer fails, `ERR_EVIDENCE_INVALID`
 * when two attestors contradict each other, `ERR_DIGEST_INVALID` for an unknown algorithm in `hashes` or what is no
 * digest in `subjects`.
 * @throws TypeError for wrong arguments, by name: no attestors, no signers, a `workingDir` that is not absolute.
 *
 * @example
 * ```ts
 * const { envelope } = await attest({ ...processContext(), step: 'build', attestors: [material(), product()], signers: [signer] })
 * ```
 */
export async function attest(options: AttestOptions): Promise<AttestResult> {
  checkOptions(options)
  const hashes = checkAlgorithms(options.hashes ?? ['sha256'])
  const { dialect = 'cilock' } = options
  const signal = options.signal ?? new AbortController().signal
  if (signal.aborted) throw aborted(signal)

  const runs = await runStages(
    options.attestors,
    {
      step: options.step,
      workingDir: options.workingDir,
      env: options.env,
      clock: options.clock,
      host: options.host,
      fetch: options.fetch ?? refuseFetch,
      signal,
      hashes,
      dialect,
      hash: async (data) => (data instanceof Uint8Array ? hashBytes(data, hashes) : hashStream(data, hashes)),
    },
    options.onEvent ?? (() => {}),
  )

  const collected = runs.filter(({ attestor }) => attestor.export !== true)
  const collection = buildCollection(options.step, collected, dialect)
  const subjects = statementSubjects(collected, options.subjects ?? {}, dialect)
  const sign = signWith(options)
  const exported: ExportedAttestation[] = []
  for (const run of runs) {
    if (run.attestor.export !== true || run.evidence === undefined) continue
    const predicateType = run.outcome.type
    const own = exportedSubjects(run.evidence, collected, options.subjects ?? {}, dialect)
    exported.push({
      attestor: run.attestor.name,
      predicateType,
      envelope: await sign(encodeStatement({ subjects: own, predicateType, predicate: run.evidence.predicate, ...version(options) })),
    })
  }
  const envelope = await sign(
    encodeStatement({ subjects, predicateType: dialect === 'witness' ? witnessCollectionType : collectionType, predicate: collection, ...version(options) }),
  )
  const result: AttestResult = { envelope, collection, subjects, exported, outcomes: runs.map(({ outcome }) => outcome) }
  if (runs.some(failed)) throw new AttestError(result)
  return result
}

function failed({ outcome }: AttestorRun): boolean {
  return outcome.outcome === 'failed'
}

function version({ statementType }: AttestOptions): Pick<AttestOptions, 'statementType'> {
  return statementType === undefined ? {} : { statementType }
}

function signWith({ signers, timestampers = [] }: AttestOptions): (payload: Uint8Array) => Promise<Envelope> {
  return async (payload) =>
    signers.length === 0
      ? { payload, payloadType: inTotoPayloadType, signatures: [] }
      : signEnvelope({ payload, payloadType: inTotoPayloadType, signers, timestampers })
}

const refuseFetch: typeof globalThis.fetch = async () => {
  throw new CilockError('ERR_FETCH_MISSING', 'an attestor wanted the network, and `fetch` was not handed in')
}
