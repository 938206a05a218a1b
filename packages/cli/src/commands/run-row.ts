import type { CommandRow } from './command.ts'

export const runRow: CommandRow = {
  name: 'run',
  usage: 'cilock run --step NAME -k KEY [-o FILE] [-a ATTESTOR,…] -- COMMAND [ARG …]',
  summary: 'run a command and sign what was found, done and made',
  load: async () => (await import('./run.ts')).run,
}
