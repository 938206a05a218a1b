import { describe, expect, it } from 'vitest'
import { begunAhead } from '../src/query/begun-ahead.ts'

const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe('lists one after the other', () => {
  it('are begun ahead of their turn, so many and no more, and left behind by whoever leaves early', async () => {
    const events: string[] = []
    const leave = (name: string): void => {
      events.push(`left ${name}`)
      // nobody is there to hear of it
      if (name === 'c') throw new TypeError('not now')
    }
    const list = (name: string) =>
      async function* (): AsyncGenerator<string> {
        events.push(`begin ${name}`)
        try {
          yield `${name}1`
          yield `${name}2`
        } finally {
          leave(name)
        }
      }
    const found: string[] = []
    for await (const items of begunAhead(['a', 'b', 'c', 'd', 'e'].map(list), 2)) {
      for await (const item of items) found.push(item)
      if (found.length === 4) break
    }
    await settle()
    expect(found).toEqual(['a1', 'a2', 'b1', 'b2'])
    expect(events).toEqual(['begin a', 'begin b', 'begin c', 'left a', 'begin d', 'left b', 'left c', 'left d'])
  })
})
