import type { Asked, Fault as AnyFault } from '@cilock/http/testing'

/** Something that goes wrong, and with which requests. */
export interface Fault extends AnyFault {
  /** Default: all. */
  readonly method?: string
  /** Of the path. Default: all. */
  readonly path?: RegExp
}

export function fits({ method, path }: Fault, asked: Asked): boolean {
  return (method === undefined || method === asked.method) && path?.test(asked.url.pathname) !== false
}
