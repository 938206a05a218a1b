import { CilockError } from '@cilock/core'

/** A look at a repository takes some kilobytes an object; a few kilobytes of deltas can ask for any amount. */
const allBytes = 4 * 1024 ** 3

/** What is inflated and put together of one repository. */
export interface Work {
  /** @throws CilockError `ERR_LIMIT_EXCEEDED` when all of it together is too much */
  readonly spend: (bytes: number) => void
}

export function limitedWork(most: number = allBytes): Work {
  let left = most
  return {
    spend(bytes) {
      left -= bytes
      if (left < 0) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected a repository whose objects are put together from at most ${most} bytes, found more`)
    },
  }
}
