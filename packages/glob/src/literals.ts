import type { Node } from './syntax.ts'

/**
 * A matcher for patterns that are only text and runs of anything, which is what most patterns are: the text before the
 * first run, the text after the last, and each text between at its first place after the one before. Undefined for
 * any other pattern.
 */
export function literalMatcher(nodes: readonly Node[], hasSeparators: boolean): ((text: string) => boolean) | undefined {
  const pieces: string[] = ['']
  for (const node of nodes) {
    if (node.kind === 'text') pieces.push((pieces.pop() ?? '') + node.text)
    else if (node.kind === 'super' || (node.kind === 'any' && !hasSeparators)) pieces.push('')
    else return undefined
  }
  const [prefix = '', ...rest] = pieces
  const suffix = rest.pop()
  if (suffix === undefined) return (text) => text === prefix
  const middle = rest.filter((piece) => piece !== '')

  return (text) => {
    if (text.length < prefix.length + suffix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return false
    const end = text.length - suffix.length
    let at = prefix.length
    for (const piece of middle) {
      const found = text.indexOf(piece, at)
      if (found === -1) return false
      at = found + piece.length
    }
    return at <= end
  }
}
