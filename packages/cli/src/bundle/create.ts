import { resolve } from 'node:path'
import { archivistaClient } from '@cilock/archivista-client'
import type { ArchivistaClient } from '@cilock/archivista-client'
import type { Envelope } from '@cilock/core'
import { fileSource } from '@cilock/core/node'
import { createBundle } from '@cilock/image/node'
import { headersOf } from '../archivista/client.ts'
import type { Command } from '../commands/command.ts'
import { usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import type { CliIo } from '../io.ts'
import { createLog } from '../log.ts'
import { requireWritable, writeFileAtomically } from '../write-file.ts'

/** Packs what an Archivista has about some digests, or files, into one file. */
export const createCommand: Command = {
  help: { usage: 'cilock bundle create -o FILE (-s sha256:HEX,… --archivista-url URL | -a ENVELOPE,…)', summary: 'pack evidence into one file' },
  flags: [
    { name: 'output', short: 'o', kind: 'string', help: 'where the bundle goes' },
    { name: 'subject', short: 's', kind: 'slice', help: 'digests with which the search begins: sha256:<hex>, or the value alone' },
    { name: 'archivista-url', kind: 'string', help: 'the Archivista that is searched' },
    { name: 'archivista-headers', kind: 'array', help: 'header of each request to it, as "Name: Value"' },
    { name: 'max-depth', kind: 'int', default: '5', help: 'hops from envelope to envelope by shared subjects' },
    { name: 'max-envelopes', kind: 'int', default: '10000', help: 'envelopes at most' },
    { name: 'attestations', short: 'a', kind: 'slice', help: 'files of envelopes, to pack without an Archivista' },
    { name: 'allow-truncated', kind: 'bool', help: 'write a bundle also where a limit ended the search, as the Go tool does' },
    ...globalFlags,
  ],
  async run(flags, positionals, io) {
    if (positionals.length > 0) throw usage('bundle create takes flags alone')
    const output = flags.string('output') ?? ''
    if (output === '') throw usage('--output (-o) is missing')
    const [subjects, url, files] = [flags.list('subject'), flags.string('archivista-url') ?? '', flags.list('attestations')]
    if ((url === '') === (files.length === 0)) throw usage('either --archivista-url with --subject, or --attestations (-a)')
    if ((url === '') !== (subjects.length === 0)) throw usage('--subject (-s) and --archivista-url go together')
    const path = resolve(io.workingDir, output)
    await requireWritable(path)
    const log = createLog(io.stderr, flags.string('log-level'))
    let envelopes: readonly Envelope[]
    if (url === '') envelopes = (await fileSource(files, { base: io.workingDir }).search({})).map(({ envelope }) => envelope)
    else {
      const walk = await clientOf(url, flags.list('archivista-headers'), io).walk({ digests: subjects, maxDepth: flags.int('max-depth') ?? 5, maxEnvelopes: flags.int('max-envelopes') ?? 10_000, signal: io.signal })
      if (walk.stoppedBy !== undefined) {
        const why = `the search was ended by --max-${walk.stoppedBy}: there is more than was found`
        if (!flags.bool('allow-truncated')) throw usage(`${why}; raise it, or take a part with --allow-truncated`)
        log.warn(why)
      }
      envelopes = walk.envelopes.map(({ envelope }) => envelope)
    }
    const { bytes, manifest } = await createBundle({ envelopes, createdAt: io.clock(), source: url === '' ? 'file' : 'archivista', ...(url !== '' && { sourceUrl: url }), subjects })
    await writeFileAtomically(path, bytes)
    log.info(`${manifest.count} envelopes in ${output}`)
    return 0
  },
}

function clientOf(url: string, headers: readonly string[], io: CliIo): ArchivistaClient {
  if (io.fetch === undefined) throw usage('--archivista-url needs the network, which this program was not given')
  try {
    return archivistaClient({ url, fetch: io.fetch, headers: headersOf(headers) })
  } catch (error) {
    if (error instanceof TypeError) throw usage(`--archivista-url: ${error.message}`)
    throw error
  }
}
