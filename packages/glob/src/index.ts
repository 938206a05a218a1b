/** A compiled pattern. */
export interface Glob {
  readonly pattern: string
  /** Whether the whole of `text` matches. Linear in its length; never throws. */
  match(text: string): boolean
}
