import { join } from 'node:path'
import { compareUtf8 } from '@cilock/core'
import { goJsonDate } from '../go-date.ts'
import type { GitTag } from '../predicate.ts'
import { list } from './files.node.ts'
import type { Repository } from './locate.node.ts'
import { looseHeader } from './loose-object.node.ts'
import type { ObjectReader } from './objects.node.ts'

/**
 * The annotated tags of a commit, by their objects' names: those that references name, and loose tag objects that no
 * reference names (any more), which the Go tools list too. A tag of a tag is none of the commit.
 */
export async function tagsOf(repository: Repository, refs: ReadonlyMap<string, string>, commit: string, objects: ObjectReader): Promise<readonly GitTag[]> {
  const names = new Set(await looseTags(repository.commonDir))
  for (const [ref, name] of refs) if (ref.startsWith('refs/tags/') && name !== commit) names.add(name)
  const tags: GitTag[] = []
  for (const name of [...names].sort(compareUtf8)) {
    const tag = await objects.tag(name)
    if (tag === undefined || tag.object !== commit || tag.type !== 'commit') continue
    tags.push({
      name: tag.tag,
      taggername: tag.tagger?.name ?? '',
      taggeremail: tag.tagger?.email ?? '',
      when: tag.tagger === undefined ? '0001-01-01T00:00:00Z' : goJsonDate(tag.tagger.timestamp, tag.tagger.timezoneOffset),
      pgpsignature: tag.signature,
      message: tag.message,
    })
  }
  return tags
}

/** Names of the loose objects whose header says `tag`; only the header of each is unpacked. */
async function looseTags(commonDir: string): Promise<readonly string[]> {
  const found: string[] = []
  const objects = join(commonDir, 'objects')
  for (const { name: folder } of await list(objects)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue
    for (const entry of await list(join(objects, folder))) {
      const isObject = entry.isFile() && /^[0-9a-f]{38}$/.test(entry.name)
      if (isObject && (await looseHeader(join(objects, folder, entry.name))).startsWith('tag ')) found.push(folder + entry.name)
    }
  }
  return found
}
