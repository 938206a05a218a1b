import { encodeJson } from '@cilock/core'
import { commandRunSchema } from './predicate-v02.ts'
import type { CommandRunPredicate } from './predicate-v02.ts'

/**
 * Says in `_meta.sections` where the JSON of each key after `_meta` stands in the predicate's bytes, so that a reader can
 * fetch one without parsing the rest. The table is part of what it measures, so it is written again until its own length
 * stays the same; numbers only grow, which ends it.
 */
export function withSections(unmeasured: CommandRunPredicate): CommandRunPredicate {
  const predicate = commandRunSchema.read(unmeasured)
  const lengths = Object.entries(predicate)
    .filter(([key]) => key !== '_meta')
    .map(([key, value]) => [key, encodeJson(value).length] as const)

  const measured = (meta: number): CommandRunPredicate =>
    commandRunSchema.read({ ...predicate, _meta: { ...predicate._meta, sections: placed(lengths, meta) } })
  let guess = 0
  let result = measured(guess)
  for (let length = metaLength(result); length !== guess; length = metaLength(result)) {
    guess = length
    result = measured(guess)
  }
  return result
}

function metaLength({ _meta }: CommandRunPredicate): number {
  return encodeJson(_meta).length
}

/** First and last byte of each section, behind a `_meta` of the given length. */
function placed(lengths: readonly (readonly [key: string, length: number])[], meta: number): Readonly<Record<string, readonly number[]>> {
  const sections: Record<string, readonly number[]> = {}
  let at = '{"_meta":'.length + meta
  for (const [key, length] of lengths) {
    const start = at + `,"${key}":`.length
    sections[key] = [start, start + length - 1]
    at = start + length
  }
  return sections
}
