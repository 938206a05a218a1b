import { InTotoError } from '../error.ts'
import { childPath } from './pointer.ts'

type Members = Readonly<Record<string, unknown>>

/** Keys that are read as another key of the same message. */
const otherKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // the prose of v0.1 has the keys of v0.2, its protobuf has others
  'in_toto_attestation.predicates.vulns.v01.Vulns': { metadata: 'scanMetadata' },
  'in_toto_attestation.predicates.vulns.v01.Scanner': { db: 'database' },
}

const vulnsScannerV01 = 'in_toto_attestation.predicates.vulns.v01.Scanner'

/** The members of a message in the spelling of its protobuf, whichever of the published ones they came in. */
export function spelledAsMessage(typeName: string, members: Members, path: string): Members {
  let result = members
  for (const [from, to] of Object.entries(otherKeys[typeName] ?? {})) {
    if (!Object.hasOwn(result, from)) continue
    if (Object.hasOwn(result, to)) throw new InTotoError('ERR_MALFORMED', `expected '${to}' once, found it as '${from}' too`, childPath(path, from))
    result = Object.fromEntries(Object.entries(result).map(([key, value]) => [key === from ? to : key, value]))
  }
  return typeName === vulnsScannerV01 && Array.isArray(result['result']) ? { ...result, result: { vulnerabilities: result['result'] } } : result
}

/** Lists that their specification wants to be there when they are empty, which protobuf's JSON leaves out. */
const requiredLists: ReadonlySet<string> = new Set([
  'in_toto_attestation.v1.Statement.subject',
  'in_toto_attestation.predicates.reference.v0.Reference.references',
  'in_toto_attestation.predicates.scai.v0.AttributeReport.attributes',
  'in_toto_attestation.predicates.svr.v0_1.SimpleVerificationResult.properties',
  'in_toto_attestation.predicates.svr.v0_2.SimpleVerificationResult.properties',
  'in_toto_attestation.predicates.svr.v0_2.SimpleVerificationResult.Verifier.policies',
  'in_toto_attestation.predicates.test_result.v0.TestResult.configuration',
  'in_toto_attestation.predicates.vsa.v1.VerificationSummary.verified_levels',
  'in_toto_attestation.predicates.vulns.v01.Result.vulnerabilities',
  'in_toto_attestation.predicates.vulns.v02.Scanner.result',
])

/** Whether a list is written when it is empty: in `vulns` an empty one says that nothing was found. */
export function isRequiredList(typeName: string, field: string): boolean {
  return requiredLists.has(`${typeName}.${field}`)
}

