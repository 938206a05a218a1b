import type { Attestor } from '@cilock/core'
import { attestorContract } from './contract.ts'
import type { AttestorFixtures } from './fixtures.ts'

/** What is needed of a test runner; those of Vitest, node:test, Jest, Bun and Mocha fit. */
export interface Runner {
  /** Groups tests. */
  readonly describe: (name: string, body: () => void) => unknown
  /** Declares a test. */
  readonly it: (name: string, body: () => Promise<void>) => unknown
}

/**
 * Tests the contract of an attestor in one call: its name, URIs and stage; that making it does no work; that it says the
 * same of the same, keeps nothing between runs and takes nothing but its context; that it stops by its signal; that its
 * evidence names subjects as collections need them, stands in a signed envelope and is read back byte for byte; and that
 * its reader meets keys it does not know, `__proto__`, other letter cases and values of any shape with a code or not at
 * all.
 *
 * @param attestor a factory, or one attestor; only a factory shows what it does when it is called
 * @param runner Default: the `describe` and `it` that are global, else those of `node:test` where that is what runs.
 * @throws TypeError when there is no runner, or no context among `attests`.
 * @example
 * ```ts
 * describeAttestor(() => environment(), { type: environmentType, attests: { 'two variables': () => attestContext({ env: { A: '1', B: '2' } }) } }, { describe, it })
 * ```
 */
export function describeAttestor(attestor: Attestor | (() => Attestor), fixtures: AttestorFixtures, runner: Runner = presentRunner()): void {
  const { name } = typeof attestor === 'function' ? attestor() : attestor
  const checks = attestorContract(attestor, fixtures)
  runner.describe(`the contract of the attestor ${name}`, () => {
    // not an arrow that takes parameters: a runner would hand it a callback and wait for it
    for (const check of checks) runner.it(check.name, async () => check.run())
  })
}

function presentRunner(): Runner {
  const { describe, it } = globalThis as Partial<Runner>
  if (typeof describe === 'function' && typeof it === 'function') return { describe, it }
  const host = Reflect.get(globalThis, 'process') as { readonly env: Record<string, string | undefined>; readonly getBuiltinModule?: (name: string) => unknown } | undefined
  const nodeTest = host?.env['NODE_TEST_CONTEXT'] === undefined ? undefined : (host.getBuiltinModule?.('node:test') as Runner | undefined)
  if (nodeTest !== undefined) return { describe: nodeTest.describe, it: nodeTest.it }
  throw new TypeError('expected a test runner: hand in { describe, it }')
}
