import { attestorTable } from '../attestor-table.ts'
import { notSupported, usage } from '../error.ts'
import { globalFlags } from '../flags/common.ts'
import { jsonText } from '../output/json-text.ts'
import { renderTable } from '../output/table.ts'
import type { Command } from './command.ts'

/** `attestors list`: what `-a` may name. */
export const attestors: Command = {
  flags: [{ name: 'format', kind: 'string', default: 'table', help: 'table or json' }, ...globalFlags],
  async run(flags, [verb, ...rest], io) {
    if (verb === 'schema') throw notSupported('attestors schema', 'schemas of predicates come later')
    if (verb !== 'list' || rest.length > 0) throw usage('attestors: expected `attestors list`')
    const format = flags.string('format') ?? 'table'
    if (format === 'json') {
      const rows = attestorTable.map((row) => ({
        name: row.name,
        predicate_type: row.predicateType,
        run_type: row.runType,
        always_run: row.always === true,
        default: row.default === true,
      }))
      io.stdout.write(jsonText(rows, 2))
      return 0
    }
    if (format !== 'table') throw usage(`--format: expected table or json, found ${JSON.stringify(format)}`)
    const rows = attestorTable.map((row) => [
      `${row.name}${row.always === true ? ' (always run)' : ''}${row.default === true ? ' (default)' : ''}`,
      row.predicateType,
      row.runType,
    ])
    io.stdout.write(renderTable(['Name', 'Type', 'RunType'], rows))
    return 0
  },
}
