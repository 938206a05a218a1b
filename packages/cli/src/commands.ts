import type { CommandRow } from './commands/command.ts'
import { runRow } from './commands/run-row.ts'
import { verifyRow } from './commands/verify-row.ts'

export const commandTable: readonly CommandRow[] = [
  runRow,
  {
    name: 'attest',
    usage: 'cilock attest --step NAME -k KEY [-o FILE] [-a ATTESTOR,…]',
    summary: 'the same without a command',
    load: async () => (await import('./commands/run.ts')).attestCommand,
  },
  {
    name: 'sign',
    usage: 'cilock sign -k KEY -f FILE -o FILE',
    summary: 'sign a file, such as a policy',
    load: async () => (await import('./commands/sign.ts')).sign,
  },
  verifyRow,
  {
    name: 'attach',
    usage: 'cilock attach IMAGE ENVELOPE …',
    summary: 'put envelopes beside an image in its registry',
    load: async () => (await import('./commands/attach.ts')).attachCommand,
  },
  {
    name: 'fetch',
    usage: 'cilock fetch IMAGE [-o FOLDER] [--enable-archivista --archivista-server URL]',
    summary: 'write all evidence about an image, and print where it is',
    load: async () => (await import('./commands/fetch.ts')).fetchCommand,
  },
  {
    name: 'bundle',
    usage: 'cilock bundle create -o FILE … | cilock bundle inspect FILE | cilock bundle extract [-o FOLDER] FILE',
    summary: 'evidence in one file: pack it, show it, unpack it',
    load: async () => (await import('./commands/bundle.ts')).bundleCommand,
  },
  {
    name: 'keyid',
    usage: 'cilock keyid show KEY …',
    summary: 'show under which id a policy names a key',
    load: async () => (await import('./commands/keyid.ts')).keyid,
  },
  {
    name: 'attestors',
    usage: 'cilock attestors list',
    summary: 'list what --attestations may name',
    load: async () => (await import('./commands/attestors.ts')).attestors,
  },
  {
    name: 'prove',
    usage: 'cilock prove FILE -a ATTESTATION,… -k KEY -o FILE',
    summary: "prove that a file is a leaf of a step's product tree",
    load: async () => (await import('./commands/prove.ts')).prove,
  },
  {
    name: 'inspect',
    usage: 'cilock inspect FILE … | cilock inspect --diff FILE FILE',
    summary: 'show an envelope, statement, collection or policy, or where two differ',
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  {
    name: 'policy',
    usage: 'cilock policy lint|show|validate FILE … | cilock policy explain … | cilock policy init -k KEY EVIDENCE …',
    summary: 'look a policy over, say why it refused, show what it asks for, or draft one from evidence',
    load: async () => (await import('./commands/policy.ts')).policyCommand,
  },
  {
    name: 'precompile',
    usage: 'cilock precompile [--remove]',
    summary: 'compile the program ahead, so that verify starts sooner',
    load: async () => (await import('./commands/precompile.ts')).precompile,
  },
  {
    name: 'version',
    usage: 'cilock version',
    summary: 'show the version',
    load: async () => (await import('./commands/version.ts')).versionCommand,
  },
]

/** Commands of the Go tool that this version does not have, and why. */
export const refusedCommands: ReadonlyMap<string, string> = new Map([
  ['plan', 'attestors are not guessed from the command'],
  ['tools', 'attestors are not guessed from the command'],
  ['license', 'see the LICENSE file of the package'],
  ['completion', 'completions come later'],
  ...['login', 'logout', 'whoami', 'use', 'trust', 'doctor'].map((name) => [name, 'there is no hosted platform behind this tool'] as const),
])
