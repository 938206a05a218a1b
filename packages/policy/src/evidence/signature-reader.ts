import { CilockError, verifyEnvelope } from '@cilock/core'
import type { Envelope, Verified } from '@cilock/core'
import type { CertificateIdentity } from '@cilock/x509'
import type { EvidenceSigners } from '../trust/evidence-signers.ts'
import { BudgetSpent } from './budget.ts'

/** What came of the signatures of one envelope. */
export interface ReadSignatures {
  /** Key ids of those whom the policy lets vouch. */
  readonly signers: readonly string[]
  /** Those of the signers who have a certificate. */
  readonly identities: readonly CertificateIdentity[]
  /** Why certificates do not count, as `code: message`. */
  readonly refusals: readonly string[]
  /** Signatures of timestamps and between certificates that were verified; each again for each signature that it is for. */
  readonly checks: number
  /** The envelope as it was verified, or why it was not. */
  readonly outcome: { readonly verified: Verified<Envelope> } | { readonly fault: string }
}

interface ReaderOptions {
  readonly signers: EvidenceSigners
  readonly limits: { readonly signatures: number; readonly signatureChecks: number }
  readonly signal?: AbortSignal | undefined
}

/** As many as keep other threads busy while this one reads: one that has nothing to do is slow to wake. */
const atATime = 256
/** Of payloads, as each under way is held twice more. Larger ones than that are verified one by one. */
const bytesAtATime = 16 * 1024 * 1024

/** Fewer take less time than it costs to hand them to other threads. */
const worthSharing = 4

/**
 * Verifies the signatures of envelopes, of each once. Of many the work goes to other threads where the platform has some, while
 * this one reads those that are done. What comes of it depends on nothing else.
 */
export class SignatureReader {
  readonly #signers: EvidenceSigners
  readonly #limits: ReaderOptions['limits']
  readonly #signal: AbortSignal | undefined
  readonly #known = new Map<Envelope, Promise<ReadSignatures>>()
  #waiting: Iterator<Envelope> = [].values()
  #underWay = 0
  #bytesUnderWay = 0

  constructor({ signers, limits, signal }: ReaderOptions) {
    this.#signers = signers
    this.#limits = limits
    this.#signal = signal
  }

  /** Whose signatures are looked for. */
  get vouches(): string {
    return this.#signers.vouches
  }

  /** Signatures times verifiers. */
  checksOf({ signatures }: Envelope): number {
    return Math.min(signatures.length, this.#limits.signatures) * this.#signers.count
  }

  /** Begins with envelopes that are about to be asked for in this order. What is too much altogether is left to whoever asks. */
  begin(envelopes: readonly Envelope[]): void {
    const checks = envelopes.reduce((sum, envelope) => sum + this.checksOf(envelope), 0)
    if (envelopes.length < worthSharing || checks > this.#limits.signatureChecks) return
    this.#waiting = envelopes.values()
    this.#goOn()
  }

  /** What came of an envelope's signatures. */
  async read(envelope: Envelope): Promise<ReadSignatures> {
    return this.#known.get(envelope) ?? this.#read(envelope, this.#underWay > 0)
  }

  #goOn(): void {
    // many at once wake a thread less often than one by one
    if (this.#underWay > atATime / 2) return
    while (this.#underWay < atATime && this.#bytesUnderWay < bytesAtATime && this.#signal?.aborted !== true) {
      const { done, value: envelope } = this.#waiting.next()
      if (done === true) return
      if (this.#known.has(envelope)) continue
      const { length } = envelope.payload
      this.#underWay++
      this.#bytesUnderWay += length
      const oneIsDone = (): void => {
        this.#underWay--
        this.#bytesUnderWay -= length
        this.#goOn()
      }
      // whoever asks is told of what went wrong
      this.#read(envelope, true).then(oneIsDone, oneIsDone)
    }
  }

  #read(envelope: Envelope, meanwhile: boolean): Promise<ReadSignatures> {
    const reading = this.#verify(envelope, meanwhile)
    this.#known.set(envelope, reading)
    return reading
  }

  async #verify(envelope: Envelope, meanwhile: boolean): Promise<ReadSignatures> {
    const { signatureChecks: most } = this.#limits
    let checks = 0
    const watched = this.#signers.watch(() => {
      checks += 1
      // who reads the envelope spends it all, and has to stop there too
      if (checks > most) throw new BudgetSpent('signatureChecks', most, 'evidence')
    })
    const of = (outcome: ReadSignatures['outcome'], signers: readonly string[]): ReadSignatures => ({
      signers,
      identities: watched.identities,
      checks,
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
