/** The known word that was probably meant, or undefined. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const bound = Math.max(2, Math.floor(word.length / 4))
  const [best] = known
    .map((candidate) => ({ candidate, distance: Math.abs(candidate.length - word.length) > bound ? Infinity : distance(word, candidate) }))
    .filter((each) => each.distance <= bound)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
  return best?.candidate
}

/** Levenshtein's. Both words are short: URIs and names of rules. */
function distance(a: string, b: string): number {
  if (a.length > 256 || b.length > 256) return Infinity
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? Infinity
}
