import type { AttestContext, Evidence } from '@cilock/core'
import { claim, claimSame, coded, rejectionOf } from '../claims.ts'
import type { ContextFixture, ContractCheck, Subject } from '../fixtures.ts'
import { elsewhere, planted } from '../host.ts'
import { frozen, snapshot } from '../snapshot.ts'

/** What holds while an attestor looks. */
export function runChecks({ make, fixtures: { attests, refuses = {} } }: Subject): readonly ContractCheck[] {
  const contexts = Object.entries(attests)
  return [
    ...contexts.flatMap(([name, context]) => checksIn(name, context, make)),
    ...contexts.slice(1).map(([name, context], index): ContractCheck => {
      const [before = '', other = context] = contexts[index] ?? []
      return { name: `keeps nothing between runs: ${before}, ${name}, ${before}`, run: async () => inTurns(make, await other(), await context()) }
    }),
    ...Object.entries(refuses).map(
      ([name, { context, code }]): ContractCheck => ({
        name: `refuses ${name} with ${code}`,
        run: async () => {
          const error = await rejectionOf(make().attest(frozen(await context())), `a rejection with ${code}`)
          claimSame(error.code, code, `the code of the error (${error.message})`)
        },
      }),
    ),
  ]
}

function checksIn(name: string, fixture: ContextFixture, make: Subject['make']): readonly ContractCheck[] {
  return [
    {
      name: `says the same of the same, and changes nothing of its context: ${name}`,
      run: async () => {
        const context = await fixture()
        const [first, second] = [await make().attest(frozen(context)), await make().attest(frozen(context))]
        claimSame(snapshot(second), snapshot(first), 'the evidence of a second run')
      },
    },
    {
      name: `keeps nothing between runs, one after the other or together: ${name}`,
      run: async () => {
        const context = await fixture()
        const alone = snapshot(await make().attest(frozen(context)))
        const attestor = make()
        for (const again of [await attestor.attest(frozen(context)), ...(await Promise.all([attestor.attest(frozen(context)), attestor.attest(frozen(context))]))]) {
          claimSame(snapshot(again), alone, 'the evidence of an attestor that has run before')
        }
      },
    },
    {
      name: `takes clock, variables, directory and network from its context alone: ${name}`,
      run: async () => {
        const context = await fixture()
        const here: Evidence = await make().attest(frozen(context))
        const there = await elsewhere(async () => make().attest(frozen(context)))
        claim(!there.fetched, 'expected no use of the global fetch, found one')
        claim(!snapshot(there.value).includes(planted), 'expected nothing of the process in the evidence, found a variable or the directory of it')
        claimSame(snapshot(there.value), snapshot(here), 'the evidence in another process at another time')
      },
    },
    { name: `stops before it begins when its signal has fired: ${name}`, run: async () => abortedBefore(make, await fixture()) },
    { name: `stops, or ends well, when its signal fires meanwhile: ${name}`, run: async () => abortedMeanwhile(make, await fixture()) },
  ]
}

async function inTurns(make: Subject['make'], one: AttestContext, other: AttestContext): Promise<void> {
  const alone = [snapshot(await make().attest(frozen(one))), snapshot(await make().attest(frozen(other)))] as const
  const attestor = make()
  for (const [context, expected] of [[one, alone[0]], [other, alone[1]], [one, alone[0]]] as const) {
    claimSame(snapshot(await attestor.attest(frozen(context))), expected, 'the evidence of an attestor that has looked at something else')
  }
}

const reason = new DOMException('stopped by the contract of attestors', 'AbortError')

async function abortedBefore(make: Subject['make'], context: AttestContext): Promise<void> {
  const error = await rejectionOf(make().attest(frozen({ ...context, signal: AbortSignal.abort(reason) })), 'a rejection with ERR_ABORTED')
  claimSame(error.code, 'ERR_ABORTED', `the code of the error (${error.message})`)
  claim(error.cause === reason, 'expected the reason of the signal as the cause of the error, found another one')
}

/** After one turn of the loop most attestors are in the midst of something. */
async function abortedMeanwhile(make: Subject['make'], context: AttestContext): Promise<void> {
  const controller = new AbortController()
  const running = make().attest(frozen({ ...context, signal: controller.signal }))
  const settled = Promise.allSettled([running])
  await Promise.resolve()
  controller.abort(reason)
  const [outcome] = await settled
  if (outcome.status === 'rejected') claimSame(coded(outcome.reason, 'ERR_ABORTED').code, 'ERR_ABORTED', 'the code of the error')
}
