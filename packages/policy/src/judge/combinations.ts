/**
 * One item of each list, in every way; undefined where these are more than `most`, which is known before any is made. The
 * first of all lists comes first.
 */
export function combinations<T>(lists: readonly (readonly T[])[], most: number): readonly (readonly T[])[] | undefined {
  let count = 1
  for (const { length } of lists) count *= length
  if (count > most) return undefined
  return lists.reduce<readonly (readonly T[])[]>((made, list) => made.flatMap((chosen) => list.map((item) => [...chosen, item])), [[]])
}
