import { importVerifier } from '@cilock/core'
import type { Verifier } from '@cilock/core'
import { policySigner } from '@cilock/policy'
import type { PolicySignerOptions } from '@cilock/policy'

/** Who may sign the policy, as plain data. */
export interface Trust {
  readonly publicKeys: readonly string[]
  readonly certificates?: PolicySignerOptions
}

/** What a verification is handed for it. */
export async function verifiersOf({ publicKeys, certificates }: Trust): Promise<readonly Verifier[]> {
  const verifiers: Verifier[] = []
  for (const pem of publicKeys) verifiers.push(await importVerifier(pem))
  if (certificates !== undefined) verifiers.push(policySigner(certificates))
  return verifiers
}
