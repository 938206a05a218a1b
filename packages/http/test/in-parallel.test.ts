import { getEventListeners } from 'node:events'
import { inParallel } from '@cilock/http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Work that ends when it is told to. */
function work() {
  const begun: number[] = []
  const ends = new Map<number, { readonly resolve: (value: string) => void; readonly reject: (error: unknown) => void }>()
  const run = async (item: number): Promise<string> => {
    begun.push(item)
    return new Promise((resolve, reject) => ends.set(item, { resolve, reject }))
  }
  return { begun, run, end: (item: number) => ends.get(item)?.resolve(`did ${item}`), fail: (item: number, error: unknown) => ends.get(item)?.reject(error) }
}

const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe('inParallel', () => {
  it('gives results in the order of the items, with never more under way than allowed, and as many as allowed', async () => {
    const delays = fc.array(fc.nat(3), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (items, limit, isAsync) => {
        let under = 0
        let most = 0
        const given = isAsync ? (async function* () { yield* items.entries() })() : items.entries()
        const results = await inParallel(given, { limit }, async ([index, ticks]) => {
          most = Math.max(most, ++under)
          for (let tick = 0; tick <= ticks; tick++) await settle()
          under--
          return index
        })
        expect(results).toEqual(items.map((_, index) => index))
        expect(most).toBe(Math.min(limit, items.length))
      }),
      { numRuns: 40 },
    )
  })

  it('begins another one only when there is room', async () => {
    const { begun, run, end } = work()
    const all = inParallel([0, 1, 2, 3], { limit: 2 }, run)
    await settle()
    expect(begun).toEqual([0, 1])
    end(1)
    await settle()
    expect(begun).toEqual([0, 1, 2])
    for (const each of [0, 2]) end(each)
    await settle()
    end(3)
    expect(await all).toEqual(['did 0', 'did 1', 'did 2', 'did 3'])
  })

  it('asks for items that are still to come only when there is room, and loses none that come late', async () => {
    const asked: number[] = []
    const late = {
      // answers each question later than the one after it
      [Symbol.asyncIterator]: () => ({
        next: async (): Promise<IteratorResult<number>> => {
          const at = asked.push(asked.length) - 1
          for (let turn = at; turn < 5; turn++) await settle()
          return at < 3 ? { done: false, value: at } : { done: true, value: undefined }
        },
      }),
    }
    expect((await inParallel(late, { limit: 2 }, async (item) => item)).toSorted((a, b) => a - b)).toEqual([0, 1, 2])
    expect(asked).toHaveLength(5)
  })

  it('ends with the first failure, begins nothing after it, and lets go of what is still to come', async () => {
    const { begun, run, fail, end } = work()
    let isLeft = false
    async function* items(): AsyncGenerator<number> {
      try {
        for (let item = 0; ; item++) yield item
      } finally {
        isLeft = true
      }
    }
    const all = inParallel(items(), { limit: 3 }, run)
    await settle()
    const first = new TypeError('the first')
    fail(1, first)
    fail(2, new TypeError('the second'))
    await expect(all).rejects.toBe(first)
    end(0)
    await settle()
    expect(begun).toEqual([0, 1, 2])
    expect(isLeft).toBe(true)
  })

  it('asks for no item after a failure, and does nothing with one that was on its way', async () => {
    const { begun, run, end, fail } = work()
    const waiting: ((result: IteratorResult<number>) => void)[] = []
    // no iterator has to have `return`
    const items: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: async () => new Promise((resolve) => waiting.push(resolve)) }) }
    const all = inParallel(items, { limit: 3 }, run)
    waiting[0]?.({ done: false, value: 0 })
    waiting[1]?.({ done: false, value: 1 })
    await settle()
    fail(0, new TypeError('no'))
    await expect(all).rejects.toThrow('no')
    waiting[2]?.({ done: false, value: 2 })
    end(1)
    await settle()
    expect(begun).toEqual([0, 1])
    expect(waiting).toHaveLength(3)
  })

  it.each<[string, () => Promise<IteratorResult<number>>]>([
    ['throw', () => { throw new TypeError('not now') }],
    ['fail', async () => Promise.reject(new TypeError('not now'))],
    ['never come to an end', async () => new Promise(() => undefined)],
  ])('ends with the first failure though the items, when they are left, %s', async (_, leave) => {
    const items: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 0 }), return: leave }) }
    const first = new TypeError('the first')
    await expect(inParallel(items, { limit: 2 }, async () => Promise.reject(first))).rejects.toBe(first)
    // whoever failed to handle what the items say would be told by now
    await settle()
  })

  it('fails where the items do', async () => {
    async function* items(): AsyncGenerator<number> {
      yield 1
      throw new TypeError('no more pages')
    }
    await expect(inParallel(items(), { limit: 4 }, async (item) => item)).rejects.toThrow('no more pages')
  })

  it('ends at once with the signal, and begins nothing after it', async () => {
    const controller = new AbortController()
    const { begun, run, end } = work()
    const all = inParallel([0, 1, 2], { limit: 1, signal: controller.signal }, run)
    await settle()
    controller.abort('enough')
    await expect(all).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' })
    end(0)
    await settle()
    expect(begun).toEqual([0])
    await expect(inParallel([0], { limit: 1, signal: controller.signal }, run)).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    expect(begun).toEqual([0])
  })

  it('leaves nothing behind at a signal that outlives it', async () => {
    const { signal } = new AbortController()
    await inParallel([0, 1], { limit: 2, signal }, async (item) => item)
    await expect(inParallel([0], { limit: 1, signal }, async () => Promise.reject(new TypeError('no')))).rejects.toThrow('no')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d at a time', async (limit) => {
    await expect(inParallel([1], { limit }, async (item) => item)).rejects.toThrow(TypeError)
  })

  it('does nothing with no items', async () => {
    expect(await inParallel([], { limit: 8 }, async (item) => item)).toEqual([])
  })
})
