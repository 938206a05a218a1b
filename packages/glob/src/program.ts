import type { Node } from './syntax.ts'

/** A state either takes one character, or leads on to others without taking any, or is the end. */
interface State {
  readonly id: number
  readonly take?: (character: number) => boolean
  readonly next: readonly State[]
}

/**
 * A matcher that keeps the set of states a pattern can be in (Thompson's construction): each character of the text is
 * looked at once, with work bounded by the pattern's size, so no pattern can make it backtrack.
 */
export function programMatcher(nodes: readonly Node[], separators: ReadonlySet<number>): (text: string) => boolean {
  let size = 0
  const state = (next: readonly State[], take?: (character: number) => boolean): State => ({
    id: size++,
    next,
    ...(take !== undefined && { take }),
  })
  const noSeparator = (character: number): boolean => !separators.has(character)
  const anything = (): boolean => true

  /** Zero or more: the loop leads to what takes a character, which leads back to the loop. */
  const repeat = (take: (character: number) => boolean, after: State): State => {
    const exits: State[] = [after]
    const loop = state(exits)
    exits.push(state([loop], take))
    return loop
  }

  // Built from the end, so that each piece knows what follows it. Recursion is as deep as braces nest, which the parser bounds.
  const build = (pattern: readonly Node[], end: State): State => pattern.reduceRight<State>((after, node) => piece(node, after), end)
  const piece = (node: Node, after: State): State => {
    switch (node.kind) {
      case 'text':
        return Array.from(node.text, (character) => character.codePointAt(0)).reduceRight<State>(
          (after, wanted) => state([after], (found) => found === wanted),
          after,
        )
      case 'any':
        return repeat(noSeparator, after)
      case 'super':
        return repeat(anything, after)
      case 'single':
        return state([after], noSeparator)
      case 'list':
        return state([after], (found) => node.characters.has(found) !== node.not)
      case 'range':
        return state([after], (found) => (found >= node.low && found <= node.high) !== node.not)
      case 'alternatives':
        return state(node.patterns.map((pattern) => build(pattern, after)))
    }
  }

  const end = state([])
  const start = build(nodes, end)
  return (text) => simulate(start, end, size, text)
}

function simulate(start: State, end: State, size: number, text: string): boolean {
  // seen[id] is the last character, counted from 1, before which the state was reached.
  const seen = new Uint32Array(size)
  let generation = 1
  let current: State[] = []
  const reach = (from: State): void => {
    const pending = [from]
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      if (seen[state.id] === generation) continue
      seen[state.id] = generation
      if (state === end || state.take !== undefined) current.push(state)
      else pending.push(...state.next)
    }
  }

  reach(start)
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const before = current
    current = []
    generation += 1
    for (const { take, next } of before) {
      if (take?.(code) === true) for (const state of next) reach(state)
    }
    if (current.length === 0) return false
  }
  return seen[end.id] === generation
}
