import type { GoArgument } from '../../src/gofmt/argument.ts'
import { sprintf } from '../../src/gofmt/sprintf.ts'

export interface GoCase {
  readonly format: string
  readonly args: readonly GoArgument[]
  readonly result: string
}

function argument(tagged: unknown): GoArgument {
  if (!Array.isArray(tagged)) throw new TypeError('not an argument')
  const [type, text] = tagged.map(String)
  const value = text ?? ''
  if (type === 'int' || type === '*big.Int') return { type, value: BigInt(value) }
  return type === 'float64' ? { type, value: Number(value) } : { type: 'string', value }
}

/** Reads the oracle's lines: [format, [[type, text], …], result]. */
export const parseCases = (lines: string): readonly GoCase[] =>
  lines
    .trimEnd()
    .split('\n')
    .map((line): GoCase => {
      const parsed: unknown = JSON.parse(line)
      if (!Array.isArray(parsed) || !Array.isArray(parsed[1])) throw new TypeError('not a case of the oracle')
      return { format: String(parsed[0]), args: parsed[1].map(argument), result: String(parsed[2]) }
    })

export const answer = ({ format, args }: GoCase): string => sprintf(format, args, () => {})
