import { globalFlags, platformFlags, signerFlags } from './common.ts'
import type { Flag } from './flag.ts'

/** Flags of `sign`. */
export const signFlags: readonly Flag[] = [
  { name: 'infile', short: 'f', kind: 'string', help: 'the file to sign, byte for byte' },
  { name: 'outfile', short: 'o', kind: 'string', help: 'where the envelope goes' },
  {
    name: 'datatype',
    short: 't',
    kind: 'string',
    default: 'https://witness.testifysec.com/policy/v0.1',
    help: 'payload type of the envelope',
  },
  { name: 'timestamp-servers', kind: 'slice', help: 'URLs of timestamp authorities, which timestamp the signature' },
  ...platformFlags.filter(({ name }) => name === 'platform-url'),
  ...signerFlags(true),
  ...globalFlags,
]
