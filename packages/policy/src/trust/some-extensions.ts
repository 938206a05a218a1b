import { fulcioExtensionNames } from '@cilock/x509'
import { aText, isObject, mapOf, refuse } from '../argument.ts'
import type { Expect } from '../argument.ts'

/** Fulcio's extensions by CI/lock's names; another name would constrain nothing. */
export const someExtensions: Expect = (value, at) => {
  mapOf(aText)(value, at)
  for (const name of Object.keys(isObject(value) ? value : {})) {
    if (!fulcioExtensionNames.some((known) => known === name)) refuse(at, `has no extension ${JSON.stringify(name)}; there are ${fulcioExtensionNames.join(', ')}`)
  }
}
