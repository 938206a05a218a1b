import { resolve } from 'node:path'
import { encodeEnvelope, signEnvelope } from '@cilock/core'
import { usage } from '../error.ts'
import { inputsOf } from '../flags/inputs.ts'
import { signFlags } from '../flags/sign-flags.ts'
import { requireNoPlatform } from '../flags/platform.ts'
import { readNamedFile } from '../read-file.ts'
import { signerOf } from '../signer.ts'
import { timestampersOf } from '../timestampers.ts'
import { requireApart, writeFileAtomically } from '../write-file.ts'
import type { Command } from './command.ts'

/** Signs the bytes of a file. The envelope ends with a newline, as the Go tools write it. */
export const sign: Command = {
  flags: signFlags,
  async run(flags, [surplus], io) {
    requireNoPlatform(flags)
    if (surplus !== undefined) throw usage(`sign takes its file by --infile, found ${JSON.stringify(surplus)}`)
    const infile = flags.string('infile') ?? ''
    const outfile = flags.string('outfile') ?? ''
    if (infile === '') throw usage('sign needs --infile, the file to sign')
    if (outfile === '') throw usage('sign needs --outfile, where the envelope goes')
    const signer = await signerOf(flags, io)
    if (signer === undefined) throw usage('sign needs a signer: --signer-file-key-path')
    await requireApart(resolve(io.workingDir, outfile), inputsOf(flags, ['signer-file-key-path'], io.workingDir))
    const timestampers = timestampersOf(flags, 'timestamp-servers', io)
    const payload = await readNamedFile('file to sign', resolve(io.workingDir, infile))
    const payloadType = flags.string('datatype') ?? 'https://witness.testifysec.com/policy/v0.1'
    const envelope = encodeEnvelope(await signEnvelope({ payload, payloadType, signers: [signer], timestampers }))
    await writeFileAtomically(resolve(io.workingDir, outfile), Buffer.concat([envelope, Buffer.from('\n')]))
    return 0
  },
}
