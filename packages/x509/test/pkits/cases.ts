import type { PathErrorCode, PolicyStart } from '@cilock/x509'

/** `valid`, the code that the nearest chain is refused with, or `malformed` where a certificate cannot be read. */
export type Outcome = 'valid' | 'malformed' | PathErrorCode

/** One test of the suite: its number, the leaf's file, what has to come out, and where policy processing begins. */
export interface PkitsCase {
  readonly number: string
  readonly leaf: string
  readonly outcome: Outcome
  readonly policies?: PolicyStart
}

/** Sections that are about revocation lists alone (4.4, 4.14, 4.15, and single tests elsewhere) are not here: nothing is revoked in this package. */
const [p1, p2, p3, p6] = [1, 2, 3, 6].map((number) => `2.16.840.1.101.3.2.1.48.${number}`)

const policy = 'ERR_PATH_POLICY'
const names = 'ERR_PATH_NAME_CONSTRAINTS'

function initial(...policies: readonly (string | undefined)[]): PolicyStart {
  return { initial: policies.filter((each) => each !== undefined) }
}

const explicit: PolicyStart = { requireExplicit: true }

/** Written down from the published description of the tests: for each what has to come out, and by which rule it fails. */
const table: readonly (readonly [number: string, leaf: string, outcome: Outcome, policies?: PolicyStart])[] = [
  ['4.1.1', 'ValidCertificatePathTest1EE', 'valid'],
  ['4.1.2', 'InvalidCASignatureTest2EE', 'ERR_PATH_ISSUER_UNKNOWN'],
  ['4.1.3', 'InvalidEESignatureTest3EE', 'ERR_PATH_SIGNATURE'],
  // DSA: the suite wants 4 and 5 to be valid, but nobody signs with it any more
  ['4.1.4', 'ValidDSASignaturesTest4EE', 'ERR_PATH_ALGORITHM'],
  ['4.1.5', 'ValidDSAParameterInheritanceTest5EE', 'ERR_PATH_ALGORITHM'],
  ['4.1.6', 'InvalidDSASignatureTest6EE', 'malformed'],

  ['4.2.1', 'InvalidCAnotBeforeDateTest1EE', 'ERR_PATH_NOT_YET_VALID'],
  ['4.2.2', 'InvalidEEnotBeforeDateTest2EE', 'ERR_PATH_NOT_YET_VALID'],
  ['4.2.3', 'Validpre2000UTCnotBeforeDateTest3EE', 'valid'],
  ['4.2.4', 'ValidGeneralizedTimenotBeforeDateTest4EE', 'valid'],
  ['4.2.5', 'InvalidCAnotAfterDateTest5EE', 'ERR_PATH_EXPIRED'],
  ['4.2.6', 'InvalidEEnotAfterDateTest6EE', 'ERR_PATH_EXPIRED'],
  ['4.2.7', 'Invalidpre2000UTCEEnotAfterDateTest7EE', 'ERR_PATH_EXPIRED'],
  ['4.2.8', 'ValidGeneralizedTimenotAfterDateTest8EE', 'valid'],

  ['4.3.1', 'InvalidNameChainingTest1EE', 'ERR_PATH_ISSUER_UNKNOWN'],
  ['4.3.2', 'InvalidNameChainingOrderTest2EE', 'ERR_PATH_ISSUER_UNKNOWN'],
  ['4.3.3', 'ValidNameChainingWhitespaceTest3EE', 'valid'],
  ['4.3.4', 'ValidNameChainingWhitespaceTest4EE', 'valid'],
  ['4.3.5', 'ValidNameChainingCapitalizationTest5EE', 'valid'],
  ['4.3.6', 'ValidNameUIDsTest6EE', 'valid'],
  ['4.3.7', 'ValidRFC3280MandatoryAttributeTypesTest7EE', 'valid'],
  ['4.3.8', 'ValidRFC3280OptionalAttributeTypesTest8EE', 'valid'],
  ['4.3.9', 'ValidUTF8StringEncodedNamesTest9EE', 'valid'],
  ['4.3.10', 'ValidRolloverfromPrintableStringtoUTF8StringTest10EE', 'valid'],
  ['4.3.11', 'ValidUTF8StringCaseInsensitiveMatchTest11EE', 'valid'],

  ['4.5.1', 'ValidBasicSelfIssuedOldWithNewTest1EE', 'valid'],
  ['4.5.3', 'ValidBasicSelfIssuedNewWithOldTest3EE', 'valid'],
  ['4.5.4', 'ValidBasicSelfIssuedNewWithOldTest4EE', 'valid'],
  ['4.5.6', 'ValidBasicSelfIssuedCRLSigningKeyTest6EE', 'valid'],
  ['4.5.8', 'InvalidBasicSelfIssuedCRLSigningKeyTest8EE', 'ERR_PATH_NOT_CA'],

  ['4.6.1', 'InvalidMissingbasicConstraintsTest1EE', 'ERR_PATH_NOT_CA'],
  ['4.6.2', 'InvalidcAFalseTest2EE', 'ERR_PATH_NOT_CA'],
  ['4.6.3', 'InvalidcAFalseTest3EE', 'ERR_PATH_NOT_CA'],
  ['4.6.4', 'ValidbasicConstraintsNotCriticalTest4EE', 'valid'],
  ['4.6.5', 'InvalidpathLenConstraintTest5EE', 'ERR_PATH_LENGTH'],
  ['4.6.6', 'InvalidpathLenConstraintTest6EE', 'ERR_PATH_LENGTH'],
  ['4.6.7', 'ValidpathLenConstraintTest7EE', 'valid'],
  ['4.6.8', 'ValidpathLenConstraintTest8EE', 'valid'],
  ['4.6.9', 'InvalidpathLenConstraintTest9EE', 'ERR_PATH_LENGTH'],
  ['4.6.10', 'InvalidpathLenConstraintTest10EE', 'ERR_PATH_LENGTH'],
  ['4.6.11', 'InvalidpathLenConstraintTest11EE', 'ERR_PATH_LENGTH'],
  ['4.6.12', 'InvalidpathLenConstraintTest12EE', 'ERR_PATH_LENGTH'],
  ['4.6.13', 'ValidpathLenConstraintTest13EE', 'valid'],
  ['4.6.14', 'ValidpathLenConstraintTest14EE', 'valid'],
  ['4.6.15', 'ValidSelfIssuedpathLenConstraintTest15EE', 'valid'],
  ['4.6.16', 'InvalidSelfIssuedpathLenConstraintTest16EE', 'ERR_PATH_LENGTH'],
  ['4.6.17', 'ValidSelfIssuedpathLenConstraintTest17EE', 'valid'],

  ['4.7.1', 'InvalidkeyUsageCriticalkeyCertSignFalseTest1EE', 'ERR_PATH_KEY_USAGE'],
  ['4.7.2', 'InvalidkeyUsageNotCriticalkeyCertSignFalseTest2EE', 'ERR_PATH_KEY_USAGE'],
  ['4.7.3', 'ValidkeyUsageNotCriticalTest3EE', 'valid'],

  ['4.8.1 (1)', 'ValidCertificatePathTest1EE', 'valid', explicit],
  ['4.8.1 (2)', 'ValidCertificatePathTest1EE', 'valid', { ...explicit, ...initial(p1) }],
  ['4.8.1 (3)', 'ValidCertificatePathTest1EE', policy, { ...explicit, ...initial(p2) }],
  ['4.8.1 (4)', 'ValidCertificatePathTest1EE', 'valid', { ...explicit, ...initial(p1, p2) }],
  ['4.8.2 (1)', 'AllCertificatesNoPoliciesTest2EE', 'valid'],
  ['4.8.2 (2)', 'AllCertificatesNoPoliciesTest2EE', policy, explicit],
  ['4.8.3 (1)', 'DifferentPoliciesTest3EE', 'valid'],
  ['4.8.3 (2)', 'DifferentPoliciesTest3EE', policy, explicit],
  ['4.8.3 (3)', 'DifferentPoliciesTest3EE', policy, { ...explicit, ...initial(p1, p2) }],
  ['4.8.4', 'DifferentPoliciesTest4EE', policy],
  ['4.8.5', 'DifferentPoliciesTest5EE', policy],
  ['4.8.6 (1)', 'OverlappingPoliciesTest6EE', 'valid'],
  ['4.8.6 (2)', 'OverlappingPoliciesTest6EE', 'valid', initial(p1)],
  ['4.8.6 (3)', 'OverlappingPoliciesTest6EE', policy, initial(p2)],
  ['4.8.7', 'DifferentPoliciesTest7EE', policy],
  ['4.8.8', 'DifferentPoliciesTest8EE', policy],
  ['4.8.9', 'DifferentPoliciesTest9EE', policy],
  ['4.8.10 (1)', 'AllCertificatesSamePoliciesTest10EE', 'valid'],
  ['4.8.10 (2)', 'AllCertificatesSamePoliciesTest10EE', 'valid', initial(p1)],
  ['4.8.10 (3)', 'AllCertificatesSamePoliciesTest10EE', 'valid', initial(p2)],
  ['4.8.11 (1)', 'AllCertificatesanyPolicyTest11EE', 'valid'],
  ['4.8.11 (2)', 'AllCertificatesanyPolicyTest11EE', 'valid', initial(p1)],
  ['4.8.12', 'DifferentPoliciesTest12EE', policy],
  ['4.8.13 (1)', 'AllCertificatesSamePoliciesTest13EE', 'valid', initial(p1)],
  ['4.8.13 (2)', 'AllCertificatesSamePoliciesTest13EE', 'valid', initial(p2)],
  ['4.8.13 (3)', 'AllCertificatesSamePoliciesTest13EE', 'valid', initial(p3)],
  ['4.8.14 (1)', 'AnyPolicyTest14EE', 'valid', initial(p1)],
  ['4.8.14 (2)', 'AnyPolicyTest14EE', policy, initial(p2)],
  ['4.8.15', 'UserNoticeQualifierTest15EE', 'valid'],
  ['4.8.16', 'UserNoticeQualifierTest16EE', 'valid'],
  ['4.8.17', 'UserNoticeQualifierTest17EE', 'valid'],
  ['4.8.18', 'UserNoticeQualifierTest18EE', 'valid', initial(p1)],
  ['4.8.19', 'UserNoticeQualifierTest19EE', 'valid'],
  ['4.8.20', 'CPSPointerQualifierTest20EE', 'valid', { ...explicit, ...initial(p1) }],

  ['4.9.1', 'ValidrequireExplicitPolicyTest1EE', 'valid'],
  ['4.9.2', 'ValidrequireExplicitPolicyTest2EE', 'valid'],
  ['4.9.3', 'InvalidrequireExplicitPolicyTest3EE', policy],
  ['4.9.4', 'ValidrequireExplicitPolicyTest4EE', 'valid'],
  ['4.9.5', 'InvalidrequireExplicitPolicyTest5EE', policy],
  ['4.9.6', 'ValidSelfIssuedrequireExplicitPolicyTest6EE', 'valid'],
  ['4.9.7', 'InvalidSelfIssuedrequireExplicitPolicyTest7EE', policy],
  ['4.9.8', 'InvalidSelfIssuedrequireExplicitPolicyTest8EE', policy],

  ['4.10.1 (1)', 'ValidPolicyMappingTest1EE', 'valid', initial(p1)],
  ['4.10.1 (2)', 'ValidPolicyMappingTest1EE', policy, initial(p2)],
  ['4.10.1 (3)', 'ValidPolicyMappingTest1EE', policy, { inhibitMapping: true }],
  ['4.10.2 (1)', 'InvalidPolicyMappingTest2EE', policy],
  ['4.10.2 (2)', 'InvalidPolicyMappingTest2EE', policy, { inhibitMapping: true }],
  ['4.10.3 (1)', 'ValidPolicyMappingTest3EE', policy, initial(p1)],
  ['4.10.3 (2)', 'ValidPolicyMappingTest3EE', 'valid', initial(p2)],
  ['4.10.4', 'InvalidPolicyMappingTest4EE', policy],
  ['4.10.5 (1)', 'ValidPolicyMappingTest5EE', 'valid', initial(p1)],
  ['4.10.5 (2)', 'ValidPolicyMappingTest5EE', policy, initial(p6)],
  ['4.10.6 (1)', 'ValidPolicyMappingTest6EE', 'valid', initial(p1)],
  ['4.10.6 (2)', 'ValidPolicyMappingTest6EE', policy, initial(p6)],
  ['4.10.7', 'InvalidMappingFromanyPolicyTest7EE', policy],
  ['4.10.8', 'InvalidMappingToanyPolicyTest8EE', policy],
  ['4.10.9', 'ValidPolicyMappingTest9EE', 'valid'],
  ['4.10.10', 'InvalidPolicyMappingTest10EE', policy],
  ['4.10.11', 'ValidPolicyMappingTest11EE', 'valid'],
  ['4.10.12 (1)', 'ValidPolicyMappingTest12EE', 'valid', initial(p1)],
  ['4.10.12 (2)', 'ValidPolicyMappingTest12EE', 'valid', initial(p2)],
  ['4.10.13', 'ValidPolicyMappingTest13EE', 'valid'],
  ['4.10.14', 'ValidPolicyMappingTest14EE', 'valid'],

  ['4.11.1', 'InvalidinhibitPolicyMappingTest1EE', policy],
  ['4.11.2', 'ValidinhibitPolicyMappingTest2EE', 'valid'],
  ['4.11.3', 'InvalidinhibitPolicyMappingTest3EE', policy],
  ['4.11.4', 'ValidinhibitPolicyMappingTest4EE', 'valid'],
  ['4.11.5', 'InvalidinhibitPolicyMappingTest5EE', policy],
  ['4.11.6', 'InvalidinhibitPolicyMappingTest6EE', policy],
  ['4.11.7', 'ValidSelfIssuedinhibitPolicyMappingTest7EE', 'valid'],
  ['4.11.8', 'InvalidSelfIssuedinhibitPolicyMappingTest8EE', policy],
  ['4.11.9', 'InvalidSelfIssuedinhibitPolicyMappingTest9EE', policy],
  ['4.11.10', 'InvalidSelfIssuedinhibitPolicyMappingTest10EE', policy],
  ['4.11.11', 'InvalidSelfIssuedinhibitPolicyMappingTest11EE', policy],

  ['4.12.1', 'InvalidinhibitAnyPolicyTest1EE', policy],
  ['4.12.2', 'ValidinhibitAnyPolicyTest2EE', 'valid'],
  ['4.12.3 (1)', 'inhibitAnyPolicyTest3EE', 'valid'],
  ['4.12.3 (2)', 'inhibitAnyPolicyTest3EE', policy, { inhibitAny: true }],
  ['4.12.4', 'InvalidinhibitAnyPolicyTest4EE', policy],
  ['4.12.5', 'InvalidinhibitAnyPolicyTest5EE', policy],
  ['4.12.6', 'InvalidinhibitAnyPolicyTest6EE', policy],
  ['4.12.7', 'ValidSelfIssuedinhibitAnyPolicyTest7EE', 'valid'],
  ['4.12.8', 'InvalidSelfIssuedinhibitAnyPolicyTest8EE', policy],
  ['4.12.9', 'ValidSelfIssuedinhibitAnyPolicyTest9EE', 'valid'],
  ['4.12.10', 'InvalidSelfIssuedinhibitAnyPolicyTest10EE', policy],

  ['4.13.1', 'ValidDNnameConstraintsTest1EE', 'valid'],
  ['4.13.2', 'InvalidDNnameConstraintsTest2EE', names],
  ['4.13.3', 'InvalidDNnameConstraintsTest3EE', names],
  ['4.13.4', 'ValidDNnameConstraintsTest4EE', 'valid'],
  ['4.13.5', 'ValidDNnameConstraintsTest5EE', 'valid'],
  ['4.13.6', 'ValidDNnameConstraintsTest6EE', 'valid'],
  ['4.13.7', 'InvalidDNnameConstraintsTest7EE', names],
  ['4.13.8', 'InvalidDNnameConstraintsTest8EE', names],
  ['4.13.9', 'InvalidDNnameConstraintsTest9EE', names],
  ['4.13.10', 'InvalidDNnameConstraintsTest10EE', names],
  ['4.13.11', 'ValidDNnameConstraintsTest11EE', 'valid'],
  ['4.13.12', 'InvalidDNnameConstraintsTest12EE', names],
  ['4.13.13', 'InvalidDNnameConstraintsTest13EE', names],
  ['4.13.14', 'ValidDNnameConstraintsTest14EE', 'valid'],
  ['4.13.15', 'InvalidDNnameConstraintsTest15EE', names],
  ['4.13.16', 'InvalidDNnameConstraintsTest16EE', names],
  ['4.13.17', 'InvalidDNnameConstraintsTest17EE', names],
  ['4.13.18', 'ValidDNnameConstraintsTest18EE', 'valid'],
  ['4.13.19', 'ValidDNnameConstraintsTest19EE', 'valid'],
  ['4.13.20', 'InvalidDNnameConstraintsTest20EE', names],
  ['4.13.21', 'ValidRFC822nameConstraintsTest21EE', 'valid'],
  ['4.13.22', 'InvalidRFC822nameConstraintsTest22EE', names],
  ['4.13.23', 'ValidRFC822nameConstraintsTest23EE', 'valid'],
  ['4.13.24', 'InvalidRFC822nameConstraintsTest24EE', names],
  ['4.13.25', 'ValidRFC822nameConstraintsTest25EE', 'valid'],
  ['4.13.26', 'InvalidRFC822nameConstraintsTest26EE', names],
  ['4.13.27', 'ValidDNandRFC822nameConstraintsTest27EE', 'valid'],
  ['4.13.28', 'InvalidDNandRFC822nameConstraintsTest28EE', names],
  ['4.13.29', 'InvalidDNandRFC822nameConstraintsTest29EE', names],
  ['4.13.30', 'ValidDNSnameConstraintsTest30EE', 'valid'],
  ['4.13.31', 'InvalidDNSnameConstraintsTest31EE', names],
  ['4.13.32', 'ValidDNSnameConstraintsTest32EE', 'valid'],
  ['4.13.33', 'InvalidDNSnameConstraintsTest33EE', names],
  ['4.13.34', 'ValidURInameConstraintsTest34EE', 'valid'],
  ['4.13.35', 'InvalidURInameConstraintsTest35EE', names],
  ['4.13.36', 'ValidURInameConstraintsTest36EE', 'valid'],
  ['4.13.37', 'InvalidURInameConstraintsTest37EE', names],
  ['4.13.38', 'InvalidDNSnameConstraintsTest38EE', names],

  ['4.16.1', 'ValidUnknownNotCriticalCertificateExtensionTest1EE', 'valid'],
  ['4.16.2', 'InvalidUnknownCriticalCertificateExtensionTest2EE', 'ERR_PATH_CRITICAL_EXTENSION'],
]

export const pkitsCases: readonly PkitsCase[] = table.map(([number, leaf, outcome, policies]) => ({
  number,
  leaf,
  outcome,
  ...(policies !== undefined && { policies }),
}))
