/** Takes exact counts of bytes off a stream of chunks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #chunk: Uint8Array = new Uint8Array()
  #offset = 0

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Whether nothing is left. */
  async done(): Promise<boolean> {
    while (this.#offset === this.#chunk.length) {
      const next = await this.#chunks.next()
      if (next.done === true) return true
      this.#chunk = next.value
      this.#offset = 0
    }
    return false
  }

  /** So many bytes, in a buffer of their own; undefined when the stream ends before. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = new Uint8Array(count)
    return (await this.#pass(count, (part, at) => bytes.set(part, at))) ? bytes : undefined
  }

  /** Steps over so many bytes; false when the stream ends before. */
  skip(count: number): Promise<boolean> {
    return this.#pass(count, () => undefined)
  }

  async #pass(count: number, see: (part: Uint8Array, at: number) => void): Promise<boolean> {
    for (let passed = 0; passed < count; ) {
      if (await this.done()) return false
      const part = this.#chunk.subarray(this.#offset, this.#offset + count - passed)
      see(part, passed)
      passed += part.length
      this.#offset += part.length
    }
    return true
  }
}
