import { CilockError } from '@cilock/core'
import { parse } from 'yaml'
import type { GithubErrorCode } from '../error.ts'

/** What the metadata file of a JavaScript action says, as far as running it needs. */
export interface ActionMetadata {
  readonly name: string
  readonly inputs: Readonly<Record<string, ActionInput>>
  readonly main: string
  readonly pre?: string
  readonly post?: string
}

export interface ActionInput {
  readonly required: boolean
  readonly default?: string
}

/**
 * Reads an `action.yml` of a JavaScript action.
 *
 * @throws CilockError `ERR_ACTION_UNSUPPORTED` for one that is broken, of another kind, or that ties `pre` or `post` to a
 * condition: what cannot be judged here is not run half.
 */
export function parseActionMetadata(text: string): ActionMetadata {
  const document = objectOf(read(text), 'an object')
  const runs = objectOf(document['runs'], 'an object under `runs`')
  const using = stringOf(runs['using'])
  if (!/^node\d+$/.test(using)) throw unsupported(`expected a JavaScript action (\`using: node20\`), found ${JSON.stringify(using)}`)
  for (const condition of ['pre-if', 'post-if']) {
    const given = stringOf(runs[condition])
    if (given !== '' && given !== 'always()') throw unsupported(`expected no condition or always() for \`${condition}\`, found ${JSON.stringify(given)}`)
  }
  const main = stringOf(runs['main'])
  if (main === '') throw unsupported('expected a file under `runs.main`, found none')
  const [pre, post] = [stringOf(runs['pre']), stringOf(runs['post'])]
  return {
    name: stringOf(document['name']),
    inputs: inputsOf(document['inputs']),
    main,
    ...(pre === '' ? {} : { pre }),
    ...(post === '' ? {} : { post }),
  }
}

function inputsOf(value: unknown): Readonly<Record<string, ActionInput>> {
  const inputs = Object.entries(value === undefined || value === null ? {} : objectOf(value, 'an object under `inputs`'))
  return Object.fromEntries(
    inputs.map(([name, input]) => {
      const { required, default: standard } = input === null ? {} : objectOf(input, `an object under \`inputs.${name}\``)
      return [name, { required: required === true || required === 'true', ...(standard === undefined || standard === null ? {} : { default: stringOf(standard) }) }]
    }),
  )
}

function read(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch (error) {
    throw unsupported(`expected YAML: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}

function objectOf(value: unknown, expected: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  throw unsupported(`expected ${expected} in the metadata`)
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function unsupported(message: string, cause?: unknown): CilockError<GithubErrorCode> {
  return new CilockError('ERR_ACTION_UNSUPPORTED', `the action cannot be run: ${message}`, { cause })
}
