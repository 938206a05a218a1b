import type { FoundPlace, Search } from './entry.ts'
import { searchReferrers } from './referrers.ts'
import { searchTag } from './tag.ts'

/** Looks in every place that is wanted; one that fails hides no other. */
export async function searchEntries(search: Search): Promise<readonly FoundPlace[]> {
  const [referrers, tag] = await Promise.all([searchReferrers(search), search.forms.includes('tag') ? searchTag(search) : undefined])
  return tag === undefined ? referrers : [...referrers, tag]
}
