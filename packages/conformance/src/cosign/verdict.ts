import { CilockError } from '@cilock/core'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import type { Recorded } from './recording.ts'
import { Unsupported, WrongCommand } from './verifiers.ts'

/** Whether ours accepts where cosign did, and refuses, with a code, where it did. */
export async function compareVerdict({ exitCode }: Recorded, verify: () => Promise<unknown>): Promise<Outcome> {
  const refusal = await refusalOf(verify)
  const accepted = exitCode === 0
  if (refusal === undefined) return accepted ? passed : failed(`ours accepts, cosign refused (${exitCode})`)
  return accepted ? failed(`ours refuses, cosign accepted: ${refusal}`) : passed
}

/** Undefined: nothing was thrown. What is no refusal is thrown on. */
export async function refusalOf(verify: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await verify()
    return undefined
  } catch (error) {
    if (error instanceof Unsupported || error instanceof WrongCommand) return `${error.name}: ${error.message}`
    if (CilockError.is(error)) return `${error.code}: ${error.message}`
    throw error
  }
}
