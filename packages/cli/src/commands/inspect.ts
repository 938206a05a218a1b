import { resolve } from 'node:path'
import { escapeLine, withoutLogCommands } from '@cilock/core'
import { usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { inspectBytes } from '../inspect/describe.ts'
import { firstDifference } from '../inspect/difference.ts'
import type { Difference } from '../inspect/difference.ts'
import { jsonOf } from '../inspect/json.ts'
import { treeOf } from '../inspect/tree.ts'
import type { CliIo } from '../io.ts'
import { paintFor } from '../output/colour.ts'
import { jsonText } from '../output/json-text.ts'
import { renderTree } from '../output/tree.ts'
import { readNamedFile } from '../read-file.ts'
import type { Command } from './command.ts'

/** Shows what files hold. Nothing is verified; a file that a verifier would refuse is shown with the reason, and ends with 1. */
export const inspect: Command = {
  flags: [
    { name: 'diff', kind: 'bool', help: 'name the first place at which two files differ; ends with 1 when they do' },
    { name: 'format', kind: 'string', default: 'text', help: 'text, or json: one object a line for each file' },
    ...globalFlags,
  ],
  async run(flags, files, io) {
    const format = flags.string('format') ?? 'text'
    if (format !== 'text' && format !== 'json') throw usage(`--format: expected text or json, found ${JSON.stringify(format)}`)
    if (files.length === 0) throw usage('inspect needs a file')
    if (flags.bool('diff')) return diff(files, format, io)
    let refused = false
    for (const path of files) {
      const inspected = inspectBytes(path, await readNamedFile('file', resolve(io.workingDir, path)))
      if (inspected.kind === 'refused' || (inspected.kind === 'envelope' && inspected.payload.kind === 'refused')) refused = true
      if (format === 'json') io.stdout.write(`${withoutLogCommands(jsonOf(path, inspected), 'json')}\n`)
      else io.stdout.write(`${withoutLogCommands(escapeLine(path))}\n${renderTree(treeOf(inspected), paintFor(io.stdout))}`)
    }
    return refused ? 1 : 0
  },
}

/** Where two files differ first, in the order in which what they hold is written. */
async function diff(files: readonly string[], format: 'text' | 'json', io: CliIo): Promise<number> {
  const [left, right, ...others] = files
  if (left === undefined || right === undefined || others.length > 0) throw usage(`inspect --diff compares two files, found ${files.length}`)
  const read = (path: string): Promise<Uint8Array> => readNamedFile('file', resolve(io.workingDir, path))
  const found = firstDifference([left, await read(left)], [right, await read(right)])
  if (format === 'json') io.stdout.write(jsonText(found === undefined ? { same: true } : { same: false, ...found }))
  else if (found !== undefined) io.stdout.write(differenceText(found, left, right))
  return found === undefined ? 0 : 1
}

/** Keys and payload types come from the files: what they say stays on its line. */
function differenceText({ place, left = 'nothing', right = 'nothing' }: Difference, leftPath: string, rightPath: string): string {
  return withoutLogCommands(`${escapeLine(place)}\n  ${escapeLine(leftPath)}: ${escapeLine(left)}\n  ${escapeLine(rightPath)}: ${escapeLine(right)}\n`)
}
