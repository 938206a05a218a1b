import { checkDigestSet, findType, sameType } from '@cilock/core'
import type { Artifacts, Attestor, Evidence } from '@cilock/core'
import { claim, claimSame } from '../claims.ts'
import { onSignedRoad } from '../signed-road.ts'
import type { ContextFixture, ContractCheck, Subject } from '../fixtures.ts'
import { frozen, snapshot } from '../snapshot.ts'

/** What new evidence looks like. */
export function evidenceChecks({ make, fixtures: { attests } }: Subject): readonly ContractCheck[] {
  return Object.entries(attests).flatMap(([name, fixture]) => checksOf(name, fixture, make))
}

function checksOf(name: string, fixture: ContextFixture, make: Subject['make']): readonly ContractCheck[] {
  const look = async (): Promise<{ readonly attestor: Attestor; readonly evidence: Evidence }> => {
    const attestor = make()
    return { attestor, evidence: await attestor.attest(frozen(await fixture())) }
  }
  return [
    {
      name: `gives evidence under a type that its reader is found by: ${name}`,
      run: async () => {
        const { attestor, evidence } = await look()
        const type = evidence.predicateType ?? attestor.predicateType
        claim(findType([attestor], type) !== undefined, `expected ${type} to be the type or an alias of ${attestor.name}, so that it can be read`)
      },
    },
    {
      name: `names subjects as kind:value, with digests that Go reads: ${name}`,
      run: async () => {
        const { attestor, evidence } = await look()
        for (const [part, artifacts] of Object.entries({ subjects: evidence.subjects ?? {}, backRefs: evidence.backRefs ?? {} })) checkNamed(part, artifacts, attestor)
        for (const [path, digest] of Object.entries(evidence.materials ?? {})) checkDigests(`materials ${path}`, digest)
        for (const [path, { digest, mime_type: type }] of Object.entries(evidence.products ?? {})) {
          checkDigests(`products ${path}`, digest)
          claim(typeof type === 'string', `expected a mime_type of the product ${path}, found none`)
        }
      },
    },
    {
      name: `stands in a signed envelope and is read back from it: ${name}`,
      run: async () => {
        const attestor = make()
        const context = await fixture()
        const evidence = await attestor.attest(frozen(context))
        const { type, read, backRefs } = await onSignedRoad(make(), context)
        claim(sameType(type, evidence.predicateType ?? attestor.predicateType), `expected an entry of type ${evidence.predicateType ?? attestor.predicateType}, found ${type}`)
        claimSame(snapshot({ predicate: read.predicate }), snapshot({ predicate: evidence.predicate }), 'the predicate in the envelope')
        if (backRefs !== undefined && context.dialect !== 'witness') claimSame(JSON.stringify(Object.values(backRefs)), JSON.stringify(Object.values(evidence.backRefs ?? {})), 'the back-references in the envelope')
      },
    },
  ]
}

function checkNamed(part: string, artifacts: Artifacts, { predicateType, aliases = [] }: Attestor): void {
  for (const [name, digest] of Object.entries(artifacts)) {
    claim(/^[a-z0-9][a-z0-9-]*:./is.test(name), `expected names like kind:value among the ${part}, found ${JSON.stringify(name)}`)
    claim(![predicateType, ...aliases].some((uri) => name.startsWith(uri)), `expected names without the type among the ${part}, which the collection puts before them; found ${JSON.stringify(name)}`)
    checkDigests(`${part} ${name}`, digest)
  }
}

function checkDigests(where: string, digest: Artifacts[string]): void {
  checkDigestSet(digest, `/${where}`)
  claim(Object.keys(digest).length > 0, `expected a digest of ${where}, found none`)
}
