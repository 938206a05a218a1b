import { inTotoPayloadType } from '@cilock/core'
import type { Envelope, VerifySignatureOptions } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { SignatureReader } from '../src/evidence/signature-reader.ts'

const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** An envelope that is told apart by the number in its signature. */
function envelopeOf(number: number, length = 2): Envelope {
  return { payload: new Uint8Array(length).fill(32), payloadType: inTotoPayloadType, signatures: [{ keyid: '', sig: Uint8Array.of(number >> 8, number & 255) }] }
}

/** A reader whose verifier decides when it is told to, and what was asked of it. */
function readerOf({ signatureChecks = 10_000, signal }: { readonly signatureChecks?: number; readonly signal?: AbortSignal } = {}) {
  const asked: number[] = []
  const told: (VerifySignatureOptions | undefined)[] = []
  const ends = new Map<number, () => void>()
  const verify = async (_message: Uint8Array, { sig }: { readonly sig: Uint8Array }, options?: VerifySignatureOptions): Promise<{ readonly keyid: string }> => {
    const number = (sig[0] ?? 0) * 256 + (sig[1] ?? 0)
    asked.push(number)
    told.push(options)
    await new Promise<void>((resolve) => ends.set(number, resolve))
    return { keyid: `key ${number}` }
  }
  const signers = { vouches: 'a key', count: 1, watch: () => ({ verifiers: [{ verify }], identities: [], refusals: [] }) }
  const reader = new SignatureReader({ signers, limits: { signatures: 8, signatureChecks }, signal })
  const end = async (...numbers: readonly number[]): Promise<void> => {
    for (const number of numbers) ends.get(number)?.()
    await settle()
  }
  return { reader, asked, told, end }
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number)

describe('the signatures of many envelopes', () => {
  it('are each verified once, and are those of their own envelope in whatever order they are done', async () => {
    const { reader, asked, told, end } = readerOf()
    const envelopes = upTo(6).map((number) => envelopeOf(number))
    reader.begin(envelopes)
    await end(...upTo(6).toReversed())
    for (const round of [envelopes, envelopes.toReversed()]) {
      for (const envelope of round) expect((await reader.read(envelope)).signers).toEqual([`key ${envelopes.indexOf(envelope)}`])
    }
    expect(asked).toEqual(upTo(6))
    // others are under way meanwhile, and whoever verifies is told
    expect(told).toEqual(upTo(6).map(() => ({ meanwhile: true })))
  })

  it('of few are left to whoever asks, and so are those of more than is allowed altogether', async () => {
    for (const [count, signatureChecks] of [[3, 10_000], [4, 3]] as const) {
      const { reader, asked, told, end } = readerOf({ signatureChecks })
      const [first = envelopeOf(0), ...others] = upTo(count).map((number) => envelopeOf(number))
      reader.begin([first, ...others])
      await settle()
      expect(asked).toEqual([])
      const reading = reader.read(first)
      await end(0)
      expect((await reading).signers).toEqual(['key 0'])
      expect(told).toEqual([{ meanwhile: false }])
    }
    const { reader, asked } = readerOf({ signatureChecks: 4 })
    reader.begin(upTo(4).map((number) => envelopeOf(number)))
    expect(asked).toEqual(upTo(4))
  })

  it('are under way by 256 at most, and others follow', async () => {
    const { reader, asked, end } = readerOf()
    reader.begin(upTo(400).map((number) => envelopeOf(number)))
    await settle()
    expect(asked).toEqual(upTo(256))
    await end(...upTo(256))
    expect(asked).toEqual(upTo(400))
  })

  it('of large payloads are verified so that no more than 16 MiB are under way, and one in any case', async () => {
    const { reader, asked, end } = readerOf()
    const large = [9, 9, 20, 9].map((mebibytes, number) => envelopeOf(number, mebibytes * 1024 * 1024))
    reader.begin(large)
    await settle()
    expect(asked).toEqual([0, 1])
    await end(0)
    expect(asked).toEqual([0, 1, 2])
    await end(1, 2)
    expect(asked).toEqual([0, 1, 2, 3])
  })

  it('are no longer begun once the caller has had enough', async () => {
    const controller = new AbortController()
    const { reader, asked, end } = readerOf({ signal: controller.signal })
    reader.begin(upTo(400).map((number) => envelopeOf(number)))
    controller.abort()
    await end(...upTo(256))
    expect(asked).toEqual(upTo(256))
  })
})
