import { CilockError, collectionOf, escapeLine, parseStatement, withoutLogCommands } from '@cilock/core'
import type { Envelope } from '@cilock/core'
import type { Command } from '../commands/command.ts'
import { usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { jsonText } from '../output/json-text.ts'
import { readNamedBundle } from './read.ts'

/** Shows what a bundle holds, after its lines were held against its manifest. Nothing is verified. */
export const inspectCommand: Command = {
  help: { usage: 'cilock bundle inspect [--json] FILE', summary: 'show what a bundle holds' },
  flags: [{ name: 'json', kind: 'bool', help: 'the manifest, as JSON' }, ...globalFlags],
  async run(flags, [path, ...more], io) {
    if (path === undefined || more.length > 0) throw usage('bundle inspect takes one bundle')
    const { manifest, envelopes } = await readNamedBundle(path, io.workingDir)
    if (flags.bool('json')) {
      io.stdout.write(jsonText(manifest, 2))
      return 0
    }
    const { schemaVersion, createdAt, source, sourceURL, subjects = [] } = manifest
    const lines = [
      `Bundle: ${path}`,
      `  schema:    ${schemaVersion}`,
      `  createdAt: ${createdAt}`,
      ...(source === undefined ? [] : [`  source:    ${source}${sourceURL === undefined ? '' : ` (${sourceURL})`}`]),
      ...(subjects.length === 0 ? [] : ['  subjects:', ...subjects.map((subject) => `    - ${subject}`)]),
      `  envelopes: ${envelopes.length}`,
      ...envelopes.map(({ envelope }, at) => `  [${at}] ${summary(envelope)}`),
    ]
    io.stdout.write(withoutLogCommands(lines.map((line) => `${escapeLine(line)}\n`).join('')))
    return 0
  },
}

function summary({ payload, payloadType, signatures }: Envelope): string {
  const signers = `signers=[${signatures.map(({ keyid }) => keyid).filter((keyid) => keyid !== '').join(' ')}]`
  try {
    const statement = parseStatement(payload)
    return `predicate=${statement.predicateType}${collectionIn(statement)} ${signers}`
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return `payloadType=${payloadType} ${signers}`
  }
}

function collectionIn(statement: Parameters<typeof collectionOf>[0]): string {
  try {
    return ` collection=${collectionOf(statement).name}`
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return ''
  }
}
