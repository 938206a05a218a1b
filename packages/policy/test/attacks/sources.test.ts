import { memorySource } from '@cilock/core'
import type { Envelope, Source } from '@cilock/core'
import { describe, expect, it } from 'vitest'
import { alice, bob, cause, collection, commandRun, failures, find, hex, judge, ran } from '../support/world.ts'

const presets = ['strict', 'compat'] as const
const mismatch = 'functionary ERR_FUNCTIONARY_MISMATCH'

/** A source that answers what no compiler would let through. */
const answering = (search: (call: number) => unknown): Source => {
  let call = 0
  return { search: async () => Promise.resolve(search((call += 1))) as never }
}

/** About the artifact, by somebody who may not; and by who may, about something else. Both have as many bytes. */
const wanted = await collection({ attestations: [ran, { type: 'x', attestation: 1 }], signers: [bob] })
const signed = await collection({ subjects: { app: { sha256: hex('other') } }, attestations: [ran, { type: 'x', attestation: 1 }], signers: [alice] })

const good = await collection()

describe('bytes that change between the check and the use', () => {
  it('the world of these tests has a refusal for each of the two', async () => {
    expect(wanted.payload).toHaveLength(signed.payload.length)
    for (const rules of presets) {
      expect(cause(await judge({ evidence: [wanted], rules }))).toBe(mismatch)
      expect(cause(await judge({ evidence: [signed], rules }))).toBe('subject ERR_SUBJECT_MISMATCH')
      expect(cause(await judge({ evidence: [wanted, signed], rules }))).not.toBe('passed')
    }
  })

  it.each(presets)('no reading of a member that answers differently makes evidence of one bear the signature of another (%s)', async (rules) => {
    for (let honest = 0; honest < 8; honest++) {
      let reads = 0
      const shifting = { payloadType: signed.payloadType, signatures: signed.signatures, get payload() { return (reads += 1) <= honest ? wanted.payload : signed.payload } }
      const report = await judge({ rules, source: answering(() => [{ envelope: wanted, reference: 'a' }, { envelope: shifting, reference: 'b' }]) })
      expect(report.verdict, `${honest} readings`).toBe('failed')
      expect(report.steps[0]?.candidates.find(({ references }) => references.includes('a'))?.signers).toHaveLength(1)
    }
  })

  it.each(presets)('memory that is written to after the answer was given is not looked at again (%s)', async (rules) => {
    for (let turns = 0; turns < 24; turns++) {
      const payload = wanted.payload.slice()
      const changing: Envelope = { payload, payloadType: signed.payloadType, signatures: signed.signatures }
      const later = (left: number): void => (left === 0 ? payload.set(signed.payload) : queueMicrotask(() => later(left - 1)))
      const report = await judge({
        rules,
        source: answering((call) => {
          if (call === 1) later(turns)
          return [{ envelope: wanted, reference: 'a' }, { envelope: changing, reference: 'b' }]
        }),
      })
      expect(report.verdict, `${turns} turns`).toBe('failed')
    }
  })

  it('what is told of evidence is told of the bytes that were judged', async () => {
    const digest = (await judge({ evidence: [good] })).steps[0]?.candidates[0]?.digest
    for (let turns = 0; turns < 24; turns++) {
      const payload = good.payload.slice()
      const later = (left: number): void => void (left === 0 ? payload.fill(0x20) : queueMicrotask(() => later(left - 1)))
      const report = await judge({ source: answering((call) => (call === 1 && later(turns), [{ envelope: { ...good, payload }, reference: 'a' }])) })
      // it was read before it was wiped, or after; never the one with the name of the other
      if (report.verdict === 'passed') expect(report.steps[0]?.candidates.map((each) => each.digest)).toEqual([digest])
      else expect(report.steps[0]?.candidates.map((each) => each.digest)).not.toContain(digest)
    }
  })

  it('an object that is given again with other bytes is the envelope that it was at first', async () => {
    const payload = wanted.payload.slice()
    const envelope: Envelope = { ...signed, payload }
    const source = answering((call) => {
      if (call > 1) payload.set(signed.payload)
      return [{ envelope, reference: 'a' }]
    })
    expect(cause(await judge({ source }))).toBe('evidence-signature ERR_EVIDENCE_SIGNATURE')
  })
})

describe('answers that are not what was asked for', () => {
  it.each(presets)('another envelope, of another step or about another artifact, is turned down by what was signed (%s)', async (rules) => {
    expect(cause(await judge({ rules, source: answering(async () => [{ envelope: await collection({ name: 'test' }), reference: 'a' }]) }))).toBe('collection-name ERR_NO_COLLECTION')
    expect(cause(await judge({ rules, source: answering(() => [{ envelope: signed, reference: 'a' }]) }))).toBe('subject ERR_SUBJECT_MISMATCH')
  })

  it('a reference that calls it another digest is only what the source calls it', async () => {
    const report = await judge({ source: answering(() => [{ envelope: wanted, reference: `gitoid:blob:sha256:${hex('app')}` }, { envelope: good, reference: `gitoid:blob:sha256:${hex('app')}` }]) })
    expect(report.verdict).toBe('passed')
    expect(report.steps[0]?.candidates.map(({ verdict, references }) => [verdict, references.length])).toEqual(expect.arrayContaining([['passed', 1], ['failed', 1]]))
    expect(new Set(report.steps[0]?.candidates.map(({ digest }) => digest)).size).toBe(2)
  })

  it('the second answer takes nothing of the first away, nor adds to it what it does not say', async () => {
    expect(cause(await judge({ source: answering((call) => (call === 1 ? [{ envelope: good, reference: 'a' }] : [])) }))).toBe('passed')
    const report = await judge({ source: answering((call) => [{ envelope: call === 1 ? wanted : signed, reference: 'a' }]) })
    expect(cause(report)).toBe(mismatch)
    expect(new Set(failures(report).map(({ code }) => code))).toEqual(new Set(['functionary', 'subject']))
  })
})

describe('answers that are none', () => {
  const boom = (): never => {
    throw new TypeError('boom')
  }
  const revoked = (target: object): unknown => {
    const { proxy, revoke } = Proxy.revocable(target, {})
    revoke()
    return proxy
  }

  it.each<readonly [string, () => unknown]>([
    ['a throw at once', boom],
    ['a list that cannot be looked at', () => revoked([])],
    ['an entry that cannot be looked at', () => [revoked({})]],
    ['an envelope that throws', () => [{ get envelope() { return boom() }, reference: 'a' }]],
    ['a reference that throws', () => [{ envelope: good, get reference() { return boom() } }]],
    ['a payload that throws', () => [{ envelope: { ...good, get payload() { return boom() } }, reference: 'a' }]],
    ['a payload that only looks like bytes', () => [{ envelope: { ...good, payload: new Proxy(good.payload, {}) }, reference: 'a' }]],
    ['signatures that throw', () => [{ envelope: { ...good, get signatures() { return boom() } }, reference: 'a' }]],
    ['a signature that cannot be looked at', () => [{ envelope: { ...good, signatures: [revoked({})] }, reference: 'a' }]],
    ['a key id that becomes something', () => [{ envelope: { ...good, signatures: [{ keyid: { toString: () => 'a' }, sig: new Uint8Array() }] }, reference: 'a' }]],
    ['a function', () => () => [{ envelope: good, reference: 'a' }]],
    ['a stream', async function* () { yield { envelope: good, reference: 'a' } }],
    ['a set', () => new Set([{ envelope: good, reference: 'a' }])],
  ])('%s is a failure of the source, by name', async (_, search) => {
    for (const rules of presets) await expect(judge({ rules, source: answering(search) })).rejects.toMatchObject({ name: 'CilockError', code: 'ERR_SOURCE_FAILED' })
  })

  it('a list with an iterator of its own is read by its length', async () => {
    const endless = Object.assign([{ envelope: good, reference: 'a' }], {
      *[Symbol.iterator]() {
        for (;;) yield { envelope: good, reference: 'a' }
      },
    })
    expect(cause(await judge({ source: answering(() => endless) }))).toBe('passed')
  })

  it('a million envelopes are too many, also among copies of one object, and nothing of them is read', async () => {
    let reads = 0
    const envelope = (): unknown => ({ ...good, get payload() { return ((reads += 1), good.payload) } })
    const many = Array.from({ length: 1_000_000 }, (_, index) => ({ envelope: index % 10 === 0 ? envelope() : good, reference: 'a' }))
    const report = await judge({ source: answering(() => many) })
    expect(cause(report)).toBe('limit ERR_LIMIT_EXCEEDED')
    expect(find(report, 'limit')?.expected).toBe(10_000)
    expect(reads).toBe(0)
  })
})

describe('a source that stalls', () => {
  it('ends with the signal, whether it heeds it or not', async () => {
    const controller = new AbortController()
    const source = answering(() => {
      setTimeout(() => controller.abort(new TypeError('enough')))
      return new Promise(() => undefined)
    })
    await expect(judge({ signal: controller.signal, source })).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: { message: 'enough' } })
  })

  it('ends where the signal fires while the source is being asked', async () => {
    const controller = new AbortController()
    const source: Source = {
      search: async () => {
        controller.abort()
        return new Promise(() => undefined)
      },
    }
    await expect(judge({ signal: controller.signal, source })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
  })

  it('ends at a later question too, and what fails after that is nobody’s error', async () => {
    const controller = new AbortController()
    let fail: (error: Error) => void = () => undefined
    const inner = memorySource([])
    const source: Source = {
      search: async (query, rest) => {
        if (query.digests !== undefined) return inner.search(query, rest)
        setTimeout(() => controller.abort())
        return new Promise((_, reject) => (fail = reject))
      },
    }
    await expect(judge({ signal: controller.signal, source })).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    fail(new TypeError('late'))
    await new Promise((resolve) => setTimeout(resolve))
  })

  it('leaves nothing on a signal that lives on', async () => {
    const { signal } = new AbortController()
    const listening: string[] = []
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => (listening.push('+'), add(...args)),
      removeEventListener: (...args: Parameters<typeof remove>) => (listening.push('-'), remove(...args)),
    })
    expect(cause(await judge({ signal, evidence: [await collection({ attestations: [{ type: commandRun, attestation: { cmd: ['make'], exitcode: 0 } }] })] }))).toBe('passed')
    expect(listening.filter((each) => each === '+').length).toBeGreaterThan(0)
    expect(listening.filter((each) => each === '+')).toHaveLength(listening.filter((each) => each === '-').length)
  })
})
