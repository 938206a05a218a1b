import { cosignSigner, encryptCosignKey } from '@cilock/cosign'
import { failed, passed } from '../case.ts'
import type { Outcome } from '../case.ts'
import { parseFlags } from './flags.ts'
import { fileOf } from './recording.ts'
import type { Recorded } from './recording.ts'
import { compareVerdict } from './verdict.ts'

/** Key files that cosign made, took in, or read: ours opens them, makes the same of them, and finds the same public key. */
export async function runKeys(recorded: Recorded, folder: string): Promise<Outcome> {
  const flags = parseFlags(recorded.argv)
  const password = recorded.env?.['COSIGN_PASSWORD'] ?? ''
  const text = (name: string, side: 'inputs' | 'outputs'): string => new TextDecoder().decode(fileOf(folder, recorded, name, side))
  const publicKeyOf = async (key: string): Promise<string> => (await cosignSigner(key, { password })).publicKeyPem
  const outputs = recorded.outputs ?? []
  const found: string[] = []
  const expected: string[] = []
  const verdict = await compareVerdict(recorded, async () => {
    if (flags.command === 'public-key') {
      found.push(await publicKeyOf(text(flags.one('--key') ?? '', 'inputs')))
      expected.push(typeof recorded.stdout === 'string' ? recorded.stdout : '')
      return
    }
    const imported = flags.one('-k')
    if (imported !== undefined) found.push(await publicKeyOf(await encryptCosignKey(text(imported, 'inputs'), { password })))
    const key = outputs.find((name) => name.endsWith('.key'))
    if (key !== undefined) found.push(await publicKeyOf(text(key, 'outputs')))
    const publicKey = outputs.find((name) => name.endsWith('.pub'))
    if (publicKey !== undefined) expected.push(...found.map(() => text(publicKey, 'outputs')))
  })
  if (verdict.outcome !== 'passed' || found.join('\n').trim() === expected.join('\n').trim()) return verdict.outcome === 'passed' ? passed : verdict
  return failed(`the public keys differ: ${found.join(' ')}, recorded ${expected.join(' ')}`)
}
