/**
 * Lists one after the other, the first items of some of those that follow already asked for. Whoever leaves early leaves those
 * behind too.
 */
export async function* begunAhead<T>(lists: readonly (() => AsyncGenerator<T>)[], count: number): AsyncGenerator<AsyncIterable<T>> {
  const begun: Begun<T>[] = []
  let next = 0
  try {
    for (;;) {
      for (const list of lists.slice(next, next + count + 1 - begun.length)) {
        next++
        begun.push(begin(list()))
      }
      const [turn] = begun
      if (turn === undefined) return
      yield rest(turn)
      begun.shift()
    }
  } finally {
    // nobody waits for them, nor whether they like to be left
    for (const { items } of begun) void items.return(undefined).catch(() => undefined)
  }
}

interface Begun<T> {
  readonly items: AsyncGenerator<T>
  readonly first: Promise<IteratorResult<T>>
}

function begin<T>(items: AsyncGenerator<T>): Begun<T> {
  const first = items.next()
  // whoever's turn it is hears of it
  first.catch(() => undefined)
  return { items, first }
}

async function* rest<T>({ items, first }: Begun<T>): AsyncGenerator<T> {
  const { done, value } = await first
  if (done === true) return
  yield value
  yield* items
}
