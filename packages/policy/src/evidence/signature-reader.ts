import { CilockError, verifyEnvelope } from '@cilock/core'
import type { Envelope, Verified } from '@cilock/core'
import type { CertificateIdentity } from '@cilock/x509'
import type { EvidenceSigners } from '../trust/evidence-signers.ts'

/** What came of the signatures of one envelope. */
export interface ReadSignatures {
  /** Key ids of those whom the policy lets vouch. */
  readonly signers: readonly string[]
  /** Those of the signers who have a certificate. */
  readonly identities: readonly CertificateIdentity[]
  /** Why certificates do not count, as `code: message`. */
  readonly refusals: readonly string[]
  /** The envelope as it was verified, or why it was not. */
  readonly outcome: { readonly verified: Verified<Envelope> } | { readonly fault: string }
}

interface ReaderOptions {
  readonly signers: EvidenceSigners
  readonly limits: { readonly signatures: number; readonly signatureChecks: number }
  readonly signal?: AbortSignal | undefined
}

/** As many as keep the threads of a platform busy; each holds a copy of what it verifies. */
const atATime = 16

/**
 * Verifies the signatures of envelopes, of each once, as soon as it is known that it will be asked for: the work goes to other
 * threads where the platform has some, while this one fetches and reads. What comes of it depends on nothing else.
 */
export class SignatureReader {
  readonly #signers: EvidenceSigners
  readonly #limits: ReaderOptions['limits']
  readonly #signal: AbortSignal | undefined
  readonly #known = new WeakMap<Envelope, Promise<ReadSignatures>>()
  #waiting: Envelope[] = []
  #next = 0
  #underWay = 0
  /** What may still be begun unasked: whatever comes is begun, be it needed or not. */
  #left: number

  constructor({ signers, limits, signal }: ReaderOptions) {
    this.#signers = signers
    this.#limits = limits
    this.#signal = signal
    this.#left = limits.signatureChecks
  }

  /** Whose signatures are looked for. */
  get vouches(): string {
    return this.#signers.vouches
  }

  /** Signatures times verifiers. */
  checksOf({ signatures }: Envelope): number {
    return Math.min(signatures.length, this.#limits.signatures) * this.#signers.count
  }

  /** Begins with an envelope that is likely to be asked for. */
  begin(envelope: Envelope): void {
    // sources come from outside
    if (!Array.isArray(envelope.signatures) || this.#known.has(envelope)) return
    const checks = this.checksOf(envelope)
    if (checks > this.#left) return
    this.#left -= checks
    this.#waiting.push(envelope)
    this.#pump()
  }

  /** What came of an envelope's signatures. */
  async read(envelope: Envelope): Promise<ReadSignatures> {
    return this.#known.get(envelope) ?? this.#read(envelope, this.#underWay > 0)
  }

  #pump(): void {
    while (this.#underWay < atATime && this.#next < this.#waiting.length && this.#signal?.aborted !== true) {
      const envelope = this.#waiting[this.#next++]
      if (this.#next === this.#waiting.length) [this.#waiting, this.#next] = [[], 0]
      if (envelope === undefined || this.#known.has(envelope)) continue
      this.#underWay++
      const goOn = (): void => {
        this.#underWay--
        this.#pump()
      }
      // whoever asks is told of what went wrong
      this.#read(envelope, true).then(goOn, goOn)
    }
  }

  #read(envelope: Envelope, meanwhile: boolean): Promise<ReadSignatures> {
    const reading = this.#verify(envelope, meanwhile)
    this.#known.set(envelope, reading)
    return reading
  }

  async #verify(envelope: Envelope, meanwhile: boolean): Promise<ReadSignatures> {
    const watched = this.#signers.watch()
    const of = (outcome: ReadSignatures['outcome'], signers: readonly string[]): ReadSignatures => ({
      signers,
      identities: watched.identities,
      refusals: watched.refusals.map(({ code, message }) => `${code}: ${message}`),
      outcome,
    })
    try {
      // the type that was signed is a check of its own
      const verified = await verifyEnvelope(envelope, watched.verifiers, { payloadTypes: [envelope.payloadType], limits: { maxSignatures: this.#limits.signatures }, meanwhile })
      return of({ verified }, verified.signers.map(({ keyid }) => keyid))
    } catch (error) {
      if (!CilockError.is(error)) throw error
      return of({ fault: error.message }, [])
    }
  }
}
