import { CilockError, sha256Hex } from '@cilock/core'
import { optional, string, struct } from '@cilock/core/schema'
import type { Attestor, PredicateType } from '@cilock/core'

export interface Weather {
  readonly place: string
  readonly sky: string
  readonly seen?: string
}

const schema = struct({ place: string(), sky: string(), seen: optional(string()) })

export const weatherType: PredicateType<Weather> = {
  name: 'weather',
  predicateType: 'https://example.test/attestations/weather/v0.2',
  aliases: ['https://example.test/attestations/weather/v0.1'],
  read(json) {
    const predicate = schema.read(json)
    const place = predicate.place === '' ? {} : { [`place:${predicate.place}`]: { sha256: sha256Hex(predicate.place) } }
    return { predicate, subjects: place, backRefs: place }
  },
}

/** An attestor that keeps to the contract. */
export function weather(): Attestor<Weather> {
  return {
    ...weatherType,
    runType: 'prematerial',
    async attest({ env, signal, clock }) {
      if (signal.aborted) throw new CilockError('ERR_ABORTED', 'stopped', { cause: signal.reason })
      const { PLACE: place = '', SKY: sky } = env
      if (sky === undefined) throw new CilockError('ERR_NOTHING_TO_ATTEST', 'expected a sky, found none')
      return weatherType.read({ place, sky, seen: clock().toISOString() }, weatherType.predicateType)
    },
  }
}
