import type { GitStatus } from '../predicate.ts'

/** The words of the Go tools for the letters of `git status --porcelain`; any other letter stands for itself. */
const words: ReadonlyMap<string, string> = new Map([
  [' ', 'unmodified'],
  ['?', 'untracked'],
  ['M', 'modified'],
  ['A', 'added'],
  ['D', 'deleted'],
  ['R', 'renamed'],
  ['C', 'copied'],
  ['U', 'updated'],
])

/**
 * Reads `git status --porcelain`. Keys are the text of the line, as in the Go tools: names that git quotes stay quoted, a
 * rename is `old -> new`, an untracked directory is one entry that ends with a slash.
 */
export function parsePorcelain(text: string): Readonly<Record<string, GitStatus>> {
  const lines = text.split('\n').filter((line) => line.length > 3)
  return Object.fromEntries(lines.map((line) => [line.slice(3).trim(), { staging: word(line[0] ?? ''), worktree: word(line[1] ?? '') }]))
}

function word(letter: string): string {
  return words.get(letter) ?? letter
}
