import { aFlag, aText, aTime, argument, either, expected, isObject, listOf, mapOf, object, optional } from '../argument.ts'
import type { Expect } from '../argument.ts'
import { someExtensions } from '../trust/some-extensions.ts'

const texts = listOf(aText)
const aTypeOrUri: Expect = either({ looks: isObject, is: object({ predicateType: aText }) }, { looks: () => true, is: expected('a type or its URI', (value) => typeof value === 'string') })
const rego: Expect = optional(either({ looks: isObject, is: mapOf(aText) }, { looks: () => true, is: expected('Rego text, or texts by name', (value) => typeof value === 'string') }))

const aFunctionary: Expect = either(
  { looks: (value) => isObject(value) && 'publicKeyPem' in value, is: object({ keyid: aText, publicKeyPem: aText }) },
  {
    looks: () => true,
    is: object(
      { roots: texts, commonName: optional(aText), dnsNames: optional(texts), emails: optional(texts), organizations: optional(texts), uris: optional(texts), extensions: optional(someExtensions), requiredPolicyOids: optional(texts) },
      'a public key or a certificate’s constraint',
    ),
  },
)
const authorities: Expect = optional(mapOf(object({ certificate: aText, intermediates: optional(texts) })))
const anAge: Expect = either({ looks: (value) => typeof value === 'number', is: expected('a duration above zero', (value) => Number.isFinite(value)) }, { looks: () => true, is: expected('a duration as Go writes it, or milliseconds', (value) => typeof value === 'string') })

const aDefinition: Expect = object({
  expires: aTime,
  steps: mapOf(
    object({
      functionaries: listOf(aFunctionary),
      attestations: listOf(either({ looks: (value) => isObject(value) && !('predicateType' in value), is: object({ type: aTypeOrUri, rego }) }, { looks: () => true, is: aTypeOrUri })),
      artifactsFrom: optional(texts),
      attestationsFrom: optional(texts),
      externalFrom: optional(texts),
      allowedUntracked: optional(texts),
      signedWithin: optional(object({ notBefore: optional(aTime), notAfter: optional(aTime), maxAge: optional(anAge) })),
    }),
  ),
  externals: optional(mapOf(object({ predicateType: aTypeOrUri, functionaries: listOf(aFunctionary), rego, required: optional(aFlag) }))),
  roots: authorities,
  timestampAuthorities: authorities,
})

/** @throws TypeError that names what is not as `PolicyDefinition` has it. */
export function expectDefinition(definition: unknown): void {
  aDefinition(definition, argument('definePolicy', 'options'))
}
