import { raw } from '../json/schema/any.ts'
import { array, map } from '../json/schema/container.ts'
import { digestSet } from '../json/schema/digest-set.ts'
import { optional, required } from '../json/schema/presence.ts'
import { string, time } from '../json/schema/scalar.ts'
import type { Schema } from '../json/schema/schema.ts'
import { struct } from '../json/schema/struct.ts'
import type { Collection } from './collection.ts'

/** A collection with its keys in the order that Go writes. */
export const collectionSchema: Schema<Collection> = struct({
  name: string(),
  attestations: array(struct({ type: required(string()), attestation: raw(), starttime: time(), endtime: time() })),
  backrefs: optional(map(digestSet())),
})
