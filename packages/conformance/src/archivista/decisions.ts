/** What we decide otherwise than the Go tool did, or say of what we decide alike. */
export interface Decision {
  /** Default: the recorded exit code. */
  readonly exit?: number
  /** What stderr has to hold. */
  readonly says?: string
}

/** What is decided of a step: by case and step, by case, or by what the two Go tools' cases have in common. */
export function decisionOf(id: string, step: number): Decision | undefined {
  return decisions[`${id}#${step}`] ?? decisions[id] ?? decisions[id.replace(/^(?:cilock|witness)-/, '')]
}

const decisions: Readonly<Record<string, Decision>> = {
  'run-answer-403': { says: 'ERR_ARCHIVISTA_FORBIDDEN' },
  'run-answer-404': { says: 'ERR_ARCHIVISTA_NOT_FOUND' },
  'run-answer-413': { says: 'ERR_ARCHIVISTA_REFUSED' },
  'run-answer-429': { says: 'ERR_ARCHIVISTA_UNAVAILABLE' },
  'run-answer-500-long': { says: 'ERR_ARCHIVISTA_REFUSED' },
  'run-answer-502': { says: 'ERR_ARCHIVISTA_UNAVAILABLE' },
  'run-answer-close': { says: 'ERR_HTTP_NETWORK' },
  'run-answer-empty-body': { says: 'ERR_ARCHIVISTA_RESPONSE' },
  'run-answer-not-json': { says: 'ERR_ARCHIVISTA_RESPONSE' },
  'run-answer-redirect-302-same': { says: 'ERR_HTTP_REDIRECT' },
  'run-answer-redirect-307-link-local': { says: 'ERR_HTTP_URL' },
  'run-redirect-loop': { says: 'ERR_HTTP_REDIRECT' },
  'run-bad-url': { says: 'error: ERR_' },
  'run-header-without-colon': { says: 'ERR_USAGE' },
  'run-no-server': { says: 'ERR_HTTP_NETWORK' },
  'run-oidc-fails': { says: 'ERR_TOKEN' },
  'verify-no-server': { says: 'ERR_HTTP_NETWORK' },
  // they believe whatever gitoid is in the answer, or none
  'run-answer-empty-object': { exit: 1, says: 'ERR_ARCHIVISTA_RESPONSE' },
  'run-answer-wrong-gitoid': { exit: 1, says: 'ERR_ARCHIVISTA_INTEGRITY' },
  // witness follows to any host, with the body and with what credentials it does not know to be some
  'run-answer-redirect-307-other-host': { exit: 1, says: 'ERR_HTTP_REDIRECT' },
  'verify-download-redirect-other-host': { exit: 1, says: 'ERR_HTTP_REDIRECT' },
  // an envelope that is named and not given is not the same as none
  'verify-download-401': { says: 'ERR_ARCHIVISTA_UNAUTHORIZED' },
  'verify-download-404': { says: 'ERR_ARCHIVISTA_NOT_FOUND' },
  'verify-download-500': { says: 'ERR_ARCHIVISTA_INCOMPLETE' },
  'verify-download-not-json': { says: 'ERR_ARCHIVISTA_INTEGRITY' },
  'verify-download-other-envelope': { says: 'ERR_ARCHIVISTA_INTEGRITY' },
  'verify-download-truncated': { says: 'ERR_ARCHIVISTA_INCOMPLETE' },
  // witness takes other bytes than those of the gitoid, as long as a signature is good
  'verify-download-newline-added': { exit: 1, says: 'ERR_ARCHIVISTA_INTEGRITY' },
  'verify-download-reserialised': { exit: 1, says: 'ERR_ARCHIVISTA_INTEGRITY' },
  'verify-search-422': { says: 'ERR_ARCHIVISTA_QUERY' },
  'verify-search-500': { says: 'ERR_ARCHIVISTA_UNAVAILABLE' },
  'verify-search-data-null': { says: 'ERR_ARCHIVISTA_RESPONSE' },
  'verify-search-edges-null': { says: 'ERR_ARCHIVISTA_RESPONSE' },
  'verify-search-empty-object': { says: 'ERR_ARCHIVISTA_RESPONSE' },
  'verify-search-node-null': { says: 'ERR_ARCHIVISTA_RESPONSE' },
  'verify-search-not-json': { says: 'ERR_ARCHIVISTA_RESPONSE' },
  'verify-search-errors': { says: 'ERR_ARCHIVISTA_QUERY' },
  'verify-search-errors-and-data': { says: 'ERR_ARCHIVISTA_QUERY' },
  'verify-search-empty-gitoid': { says: 'ERR_DIGEST_INVALID' },
  'verify-search-path-gitoid': { says: 'ERR_DIGEST_INVALID' },
  // a gitoid is a number: it is asked for in the letter case that servers know
  'verify-search-uppercase-gitoid': { exit: 0 },
  // both families of URIs are one type, and both are searched for
  'cilock-verify-type-family': { exit: 0 },
  // CI/lock's own evidence on a stock server: its index knows nothing of it, and it is found all the same
  'cilock-verify-stock#2': { exit: 0 },
  'cilock-verify-stock#5': { exit: 0 },
  // a commit is a sha1, which leads nowhere, for CI/lock as for us
  'witness-verify-two-steps#2': { exit: 1 },
  'witness-verify-two-steps#4': { exit: 1 },
  // what a step only read is not what it made
  'cilock-verify-input-as-artifact#1': { exit: 1, says: 'ERR_SUBJECT_UNBOUND' },
  'cilock-verify-input-as-artifact#2': { exit: 1, says: 'ERR_SUBJECT_UNBOUND' },
  // witness looks for a policy by its gitoid with a client that it does not have
  'witness-verify-policy-by-gitoid#2': { exit: 0 },
  'witness-verify-policy-by-gitoid#3': { says: 'ERR_ARCHIVISTA_NOT_FOUND' },
}
