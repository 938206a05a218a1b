import type { Asked, Fault as AnyFault } from '@cilock/http/testing'
import { pathOf, routeOf } from './server/routes.ts'
import type { Route } from './server/routes.ts'

/** Something that goes wrong, and with which requests. */
export interface Fault extends AnyFault {
  /** Default: every route. */
  readonly route?: Route
}

export function fits({ route }: Fault, { target }: Asked): boolean {
  return route === undefined || route === routeOf(pathOf(target) ?? '')
}
