import { compareUtf8, isJsonObject, stringifyJson } from '@cilock/core'
import type { JsonValue } from '@cilock/core'

const times = new Set(['starttime', 'endtime', 'startedOn', 'finishedOn', 'started_on', 'finished_on', 'timeVerified', 'createdAt', 'collectedAt', 'fetched_at'])
const setByGo = new Set(['CILOCK_FANOTIFY', 'CILOCK_FSVERITY'])
const ofTheMachine = new Set(['gitbinpath', 'gitbinhash', 'publickey'])
const unordered = new Set(['resolvedDependencies', 'skipped_non_go'])

/**
 * A predicate without what two runs of the same tool may say differently: the six points of the recordings' README, and
 * nothing else.
 */
export function normalise(predicate: JsonValue): JsonValue {
  return value(predicate, undefined)
}

function value(json: JsonValue, key: string | undefined): JsonValue {
  if (Array.isArray(json)) {
    const items = (json as readonly JsonValue[]).map((item) => value(item, undefined))
    if (key === 'attestations') return sortedWithinStages(items)
    if (key !== undefined && unordered.has(key)) return items.toSorted((a, b) => compareUtf8(stringifyJson(a), stringifyJson(b)))
    return items
  }
  if (!isJsonObject(json)) return json
  const entries = Object.entries(json as Readonly<Record<string, JsonValue>>)
    .filter(([name]) => !ofTheMachine.has(name) && !(key === 'variables' && setByGo.has(name)) && !(key === '_meta' && (name === 'keyGuard' || name === 'sections')))
    .map(([name, member]) => [name, times.has(name) && typeof member === 'string' ? 'a time' : value(member, name)] as const)
  return Object.fromEntries(entries)
}

/** The stages in the middle have one attestor each, which parts those before from those behind. */
const middle = /\/(?:material|command-run|product)\/v[0-9.]+$/

function sortedWithinStages(entries: readonly JsonValue[]): readonly JsonValue[] {
  const sorted: JsonValue[] = []
  let stage: JsonValue[] = []
  const endStage = (): void => {
    sorted.push(...stage.toSorted((a, b) => compareUtf8(typeOf(a), typeOf(b)) || compareUtf8(stringifyJson(a), stringifyJson(b))))
    stage = []
  }
  for (const entry of entries) {
    if (middle.test(typeOf(entry))) {
      endStage()
      sorted.push(entry)
    } else stage.push(entry)
  }
  endStage()
  return sorted
}

function typeOf(entry: JsonValue): string {
  const type = isJsonObject(entry) ? entry['type'] : undefined
  return typeof type === 'string' ? type : ''
}
