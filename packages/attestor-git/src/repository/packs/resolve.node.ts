import { CilockError } from '@cilock/core'
import type { GitErrorCode } from '../../error.ts'
import type { ObjectType, RawObject } from '../object.node.ts'
import { maxObjectBytes, objectType } from '../object.node.ts'
import type { Work } from '../work.ts'
import { applyDelta } from './delta.node.ts'
import type { Pack, PackEntry } from './pack.node.ts'

/** As many deltas in a row as git writes at most, with the highest `--depth`. */
const maxDeltas = 4095

/**
 * The object at a place of a pack: the deltas are followed to what they start from, and applied to that.
 *
 * @throws CilockError `ERR_REPOSITORY_BROKEN`; `ERR_LIMIT_EXCEEDED` for one of more than 32 MiB, or that starts from such
 * a one, for more deltas in a row than git writes, and for too much work
 */
export function resolveObject(pack: Pack, place: number, wanted: ReadonlySet<ObjectType>, work: Work): RawObject {
  const deltas: PackEntry[] = []
  const seen = new Set<number>()
  let entry = pack.entry(place)
  while (entry.base !== undefined) {
    if (seen.has(entry.at)) throw new CilockError<GitErrorCode>('ERR_REPOSITORY_BROKEN', `expected deltas that start from an object, found them in a circle at ${entry.at}`)
    if (deltas.length === maxDeltas) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected at most ${maxDeltas} deltas in a row, found more`)
    seen.add(entry.at)
    deltas.push(entry)
    entry = pack.entry(entry.base)
  }
  const type = objectType(entry.type)
  if (!wanted.has(type)) return { type, bytes: Buffer.alloc(0) }
  const inflated = (of: PackEntry): Buffer => {
    if (of.size > maxObjectBytes) throw new CilockError('ERR_LIMIT_EXCEEDED', `expected objects of at most ${maxObjectBytes} bytes, found ${of.size}`)
    work.spend(of.size)
    return pack.inflate(of)
  }
  let bytes = inflated(entry)
  for (const delta of deltas.toReversed()) {
    bytes = applyDelta(bytes, inflated(delta), maxObjectBytes)
    work.spend(bytes.length)
  }
  return { type, bytes }
}
