import { resolve } from 'node:path'
import { usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { inspectBytes } from '../inspect/describe.ts'
import { jsonOf } from '../inspect/json.ts'
import { treeOf } from '../inspect/tree.ts'
import { paintFor } from '../output/colour.ts'
import { renderTree } from '../output/tree.ts'
import { readNamedFile } from '../read-file.ts'
import type { Command } from './command.ts'

/** Shows what files hold. Nothing is verified; a file that a verifier would refuse is shown with the reason, and ends with 1. */
export const inspect: Command = {
  flags: [{ name: 'format', kind: 'string', default: 'text', help: 'text, or json: one object a line for each file' }, ...globalFlags],
  async run(flags, files, io) {
    const format = flags.string('format') ?? 'text'
    if (format !== 'text' && format !== 'json') throw usage(`--format: expected text or json, found ${JSON.stringify(format)}`)
    if (files.length === 0) throw usage('inspect needs a file')
    let refused = false
    for (const path of files) {
      const inspected = inspectBytes(path, await readNamedFile('file', resolve(io.workingDir, path)))
      if (inspected.kind === 'refused' || (inspected.kind === 'envelope' && inspected.payload.kind === 'refused')) refused = true
      if (format === 'json') io.stdout.write(`${jsonOf(path, inspected)}\n`)
      else io.stdout.write(`${path}\n${renderTree(treeOf(inspected), paintFor(io.stdout))}`)
    }
    return refused ? 1 : 0
  },
}
