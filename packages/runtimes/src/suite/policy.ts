import { CilockError, sha256Hex, stringifyJson } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import { firstCause } from '@cilock/policy'
import type { Report } from '@cilock/policy'
import { forge, tamper, tamperings } from '@cilock/testing'
import type { StatementTampering } from '@cilock/testing'
import type { Check } from './check.ts'
import { codeOf, same } from './check.ts'
import { tell } from './story.ts'
import type { Story } from './story.ts'

const forgeries: readonly StatementTampering[] = ['statementType', 'predicateType', 'subject', 'step', 'attestation', 'leaf', 'root']

/** A policy of two steps judges sound evidence, and evidence with each thing changed, by somebody with and without the key. */
export function policyChecks(): readonly Check[] {
  const refused = async (evidence: (story: Story) => readonly Envelope[] | Promise<readonly Envelope[]>, now?: string): Promise<string> => judged('failed', evidence, now)
  return [
    { name: 'policy: sound evidence', run: async () => judged('passed', ({ build, gate }) => [build, gate]) },
    { name: 'policy: a step without evidence', run: async () => refused(({ build }) => [build]) },
    { name: 'policy: expired', run: async () => refused(({ build, gate }) => [build, gate], '2030-01-01T00:00:00Z') },
    {
      name: 'policy: verify() throws',
      run: async () => {
        const { world, policy, subjects } = await tell()
        return codeOf(async () => world.verify({ policy, subjects, evidence: [] }))
      },
    },
    ...tamperings.map((what) => ({ name: `policy: tampered with ${what}`, run: async () => tampered(what) })),
    ...forgeries.map((what) => ({ name: `policy: forged ${what}`, run: async () => forged(what) })),
  ]
}

async function judged(verdict: Report['verdict'], evidence: (story: Story) => readonly Envelope[] | Promise<readonly Envelope[]>, now?: string): Promise<string> {
  const story = await tell()
  const { policy, subjects, world } = story
  const report = await world.evaluate({ policy, subjects, evidence: await evidence(story), ...(now !== undefined && { now: new Date(now) }) })
  same('verdict', report.verdict, verdict)
  return summary(report)
}

/** Without the key nothing comes of it but what the signature does not cover. */
async function tampered(what: (typeof tamperings)[number]): Promise<string> {
  const harmless = what === 'keyid' || what === 'repeated-signature'
  try {
    return await judged(harmless ? 'passed' : 'failed', ({ build, gate }) => [tamper(build, what), gate])
  } catch (error) {
    if (CilockError.is(error) && error.code === 'ERR_NOTHING_TO_TAMPER') return error.code
    throw error
  }
}

async function forged(what: StatementTampering): Promise<string> {
  return judged('failed', async ({ build, gate, world }) => [await forge(build, what, [world.functionaries.builder.signer]), gate])
}

/** A report is a function of what was judged: byte for byte the same wherever it was made. */
function summary(report: Report): string {
  return `${report.verdict} ${firstCause(report)?.code ?? 'without a cause'} ${sha256Hex(stringifyJson(report))}`
}
