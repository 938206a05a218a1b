import { resolve } from 'node:path'
import { CilockError, escapeLine, importSigner, keyIdOf, withoutLogCommands } from '@cilock/core'
import { usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { jsonText } from '../output/json-text.ts'
import { readNamedFile } from '../read-file.ts'
import type { Command } from './command.ts'

interface Row {
  readonly path: string
  readonly keyid?: string
  readonly error?: string
}

/** `keyid show FILE…`: the id under which a policy names a key, also of the one who holds its private half. */
export const keyid: Command = {
  flags: [
    { name: 'key', short: 'k', kind: 'slice', help: 'a key file; the same as naming it as an argument' },
    { name: 'format', kind: 'string', default: 'text', help: 'text or json' },
    ...globalFlags,
  ],
  async run(flags, [verb, ...files], io) {
    if (verb !== 'show') throw usage(`keyid: expected \`keyid show FILE…\`, found ${JSON.stringify(verb ?? '')}`)
    const format = flags.string('format') ?? 'text'
    if (!['', 'text', 'json'].includes(format)) throw usage(`--format: expected text or json, found ${JSON.stringify(format)}`)
    const paths = [...flags.list('key'), ...files]
    if (paths.length === 0) throw usage('keyid show needs a key file')
    const rows: Row[] = []
    for (const path of paths) rows.push(await rowOf(path, io.workingDir))
    if (format === 'json') io.stdout.write(jsonText(rows, 2))
    else {
      for (const { path, keyid: id, error } of rows) {
        if (error === undefined) io.stdout.write(withoutLogCommands(`${id ?? ''}  ${escapeLine(path)}\n`))
        else io.stderr.write(withoutLogCommands(`ERROR  ${escapeLine(path)}  ${escapeLine(error)}\n`))
      }
    }
    return rows.some(({ error }) => error !== undefined) ? 1 : 0
  },
}

async function rowOf(path: string, workingDir: string): Promise<Row> {
  try {
    const pem = new TextDecoder().decode(await readNamedFile('key', resolve(workingDir, path)))
    const isPrivate = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/m.test(pem)
    return { path, keyid: isPrivate ? (await importSigner(pem)).keyid : keyIdOf(pem) }
  } catch (error) {
    if (!CilockError.is(error)) throw error
    return { path, error: `${error.code}: ${error.message}` }
  }
}
