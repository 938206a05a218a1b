import type { CommandRow } from './command.ts'

/** `verify` as the help lists it; it is a program of its own, too. */
export const verifyRow: CommandRow = {
  name: 'verify',
  usage: 'cilock verify -p POLICY -k PUBLIC-KEY -a FILE,… [ARTIFACT | -s sha256:HEX | IMAGE --cosign-key KEY]',
  summary: 'let an artifact through, or say why not',
  load: async () => (await import('./verify.ts')).verifyCommand,
}
