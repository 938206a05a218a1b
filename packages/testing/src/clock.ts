/** A clock that stands still until it is told to move. Safe to hand in wherever a `() => Date` is wanted. */
export interface TestClock {
  (): Date
  /** Moves on by so many milliseconds; a negative number goes back. */
  readonly advance: (milliseconds: number) => void
}

/**
 * A clock that starts at a time and stands there.
 *
 * @throws TypeError when the time is none.
 */
export function testClock(start: Date | string): TestClock {
  let now = new Date(start).getTime()
  if (Number.isNaN(now)) throw new TypeError(`expected a time, found ${String(start)}`)
  return Object.assign((): Date => new Date(now), {
    advance: (milliseconds: number): void => {
      now += milliseconds
    },
  })
}
