import { raw } from '../json/schema/any.ts'
import { array, map } from '../json/schema/container.ts'
import { digestSet } from '../json/schema/digest-set.ts'
import { optional, required } from '../json/schema/presence.ts'
import { string, time } from '../json/schema/scalar.ts'
import type { Schema } from '../json/schema/schema.ts'
import { struct } from '../json/schema/struct.ts'
import type { Collection } from './collection.ts'

const backrefs = optional(map(digestSet()))
/** An empty map says that there are none, and readers hold to it; where nothing is said they ask the attestations. */
const recorded: typeof backrefs = { ...backrefs, isEmpty: (value) => value === null }

/** A collection with its keys in the order that Go writes. */
export const collectionSchema: Schema<Collection> = struct({
  name: string(),
  attestations: array(struct({ type: required(string()), attestation: raw(), starttime: time(), endtime: time() })),
  backrefs: recorded,
})
