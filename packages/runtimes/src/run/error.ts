/** A runtime could not be run, or said nothing. */
export class RunError extends Error {
  override readonly name: string = 'RunError'
}
