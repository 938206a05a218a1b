import { CilockError } from '@cilock/core'
import type { GithubErrorCode } from '../error.ts'

/**
 * Reads what an action wrote to a command file such as `GITHUB_OUTPUT`: `name=value` lines, and values of several lines
 * between delimiters of the action's choice.
 *
 * @throws CilockError `ERR_ACTION_UNSUPPORTED` for a line of another form or a delimiter that never comes back.
 */
export function parseCommandFile(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.create(null)
  const lines = text.split(/\r?\n/)
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (line === '') continue
    const block = /^([^=]*?)<<(.+)$/.exec(line)
    if (block !== null) {
      const end = lines.indexOf(block[2] ?? '', index + 1)
      if (end === -1) throw malformed(`the value of ${JSON.stringify(block[1])} does not end`)
      values[block[1] ?? ''] = lines.slice(index + 1, end).join('\n')
      index = end
      continue
    }
    const equals = line.indexOf('=')
    if (equals <= 0) throw malformed(`expected name=value, found ${JSON.stringify(line.slice(0, 60))}`)
    values[line.slice(0, equals)] = line.slice(equals + 1)
  }
  return values
}

function malformed(message: string): CilockError<GithubErrorCode> {
  return new CilockError('ERR_ACTION_UNSUPPORTED', `the action wrote a broken command file: ${message}`)
}
