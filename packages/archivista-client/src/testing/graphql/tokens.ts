import { QueryError } from './error.ts'
import type { Position } from './error.ts'

export interface Token extends Position {
  readonly kind: 'Name' | 'Int' | 'Float' | 'String' | 'Punctuator' | 'EOF'
  readonly text: string
}

const pattern = /[\s,\uFEFF]+|#[^\n\r]*|(?<Name>[_A-Za-z]\w*)|(?<Float>-?\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+))|(?<Int>-?\d+)|(?<String>"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<Punctuator>\.\.\.|[!$()[\]{}:=@|&])/uy

/** The tokens of a query, the last of which is its end. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null) throw parseError(`Cannot parse the unexpected character "${text[at] ?? ''}".`, positionAt(text, at))
    for (const kind of ['Name', 'Int', 'Float', 'String', 'Punctuator'] as const) {
      const token = found.groups?.[kind]
      if (token !== undefined) tokens.push({ kind, text: kind === 'String' ? (JSON.parse(token) as string) : token, ...positionAt(text, at) })
    }
    at = pattern.lastIndex
  }
  tokens.push({ kind: 'EOF', text: '<EOF>', ...positionAt(text, at) })
  return tokens
}

function positionAt(text: string, at: number): Position {
  const lines = text.slice(0, at).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

export function parseError(message: string, { line, column }: Position): QueryError {
  return new QueryError([{ message, locations: [{ line, column }], extensions: { code: 'GRAPHQL_PARSE_FAILED' } }])
}
