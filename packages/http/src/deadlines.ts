/** Platforms take longer ones for none at all. */
const longest = 2 ** 31 - 1

/**
 * The deadlines of all that a client waits for, by one timer: nearly everything comes long before, and a timer for each piece
 * of each answer would be set for nothing.
 */
export class Deadlines {
  /** When each is called, by the time of the platform's monotonic clock. */
  readonly #open = new Map<() => void, number>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #rings = Number.POSITIVE_INFINITY

  /** Calls `expire` unless it is cleared or set anew before. */
  set(expire: () => void, milliseconds: number): void {
    const due = performance.now() + milliseconds
    this.#open.set(expire, due)
    if (due < this.#rings) this.#arm(due)
  }

  clear(expire: () => void): void {
    this.#open.delete(expire)
    if (this.#open.size === 0) this.#arm(Number.POSITIVE_INFINITY)
  }

  #arm(due: number): void {
    clearTimeout(this.#timer)
    this.#rings = due
    this.#timer = undefined
    if (due === Number.POSITIVE_INFINITY) return
    this.#timer = setTimeout(this.#ring, Math.min(longest, Math.max(1, Math.ceil(due - performance.now()))))
    // a program need not stay alive for the sake of this clock
    const timer: unknown = this.#timer
    if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') timer.unref()
  }

  readonly #ring = (): void => {
    const now = performance.now()
    const late = [...this.#open].filter(([, due]) => due <= now)
    for (const [expire] of late) this.#open.delete(expire)
    this.#arm(Math.min(Number.POSITIVE_INFINITY, ...this.#open.values()))
    for (const [expire] of late) expire()
  }
}
