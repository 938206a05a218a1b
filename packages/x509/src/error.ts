import { CilockError } from '@cilock/core'

/** The codes that `@cilock/x509` itself throws or reports. Stable: match on these, never on messages. */
export type X509ErrorCode =
  // not a certificate in strict DER, or one whose extensions contradict their definition
  | 'ERR_CERTIFICATE_MALFORMED'
  // no path from the certificate to a root; the refusals say why
  | 'ERR_CERTIFICATE_PATH'
  // beside the signature stands a certificate, but its key did not make the signature
  | 'ERR_CERTIFICATE_SIGNATURE'
  // a certificate to sign with is of another key than the one that signs
  | 'ERR_CERTIFICATE_KEY'
  // a certificate can only be judged at a trusted time, and there is none
  | 'ERR_TIMESTAMP_MISSING'
  // too few distinct timestamp authorities vouch for a time
  | 'ERR_TIMESTAMP_THRESHOLD'
  | TimestampErrorCode
  // a limit (size, count) was passed; the message names it
  | 'ERR_LIMIT_EXCEEDED'

/** Why a timestamp is not trusted. */
export type TimestampErrorCode =
  // not a TimeStampToken (or TimeStampResp) in DER
  | 'ERR_TIMESTAMP_MALFORMED'
  // an entry of another type than `tsp`
  | 'ERR_TIMESTAMP_TYPE'
  // a response in which the authority refuses
  | 'ERR_TIMESTAMP_REJECTED'
  // made over other bytes
  | 'ERR_TIMESTAMP_IMPRINT'
  // an answer to another request
  | 'ERR_TIMESTAMP_NONCE'
  // a hash that is too weak: SHA-1 or MD5
  | 'ERR_TIMESTAMP_WEAK'
  // the signed attributes are missing, or contradict the content
  | 'ERR_TIMESTAMP_ATTRIBUTES'
  // none, or several, signed; or the signer's certificate is nowhere to be found
  | 'ERR_TIMESTAMP_SIGNER'
  // the token names another certificate than the one that signed (ESSCertID), or calls its authority by another name
  | 'ERR_TIMESTAMP_SIGNING_CERTIFICATE'
  | 'ERR_TIMESTAMP_SIGNATURE'
  // the signer's certificate leads to no authority that is trusted
  | 'ERR_TIMESTAMP_UNTRUSTED'
  // a time after the one given as now
  | 'ERR_TIMESTAMP_FUTURE'

/** Why one candidate of a path was turned down. */
export type PathErrorCode =
  // nothing at hand has the issuer's name
  | 'ERR_PATH_ISSUER_UNKNOWN'
  | 'ERR_PATH_SIGNATURE'
  | 'ERR_PATH_NOT_YET_VALID'
  | 'ERR_PATH_EXPIRED'
  // an issuer that is no certificate authority
  | 'ERR_PATH_NOT_CA'
  // more intermediates below an authority than it allows
  | 'ERR_PATH_LENGTH'
  // a key usage extension without what the key was used for
  | 'ERR_PATH_KEY_USAGE'
  // extended key usages that do not allow the purpose
  | 'ERR_PATH_EXTENDED_KEY_USAGE'
  | 'ERR_PATH_NAME_CONSTRAINTS'
  // a critical extension that is not understood
  | 'ERR_PATH_CRITICAL_EXTENSION'
  // a certificate policy was demanded, and none holds along the path
  | 'ERR_PATH_POLICY'
  // MD5, SHA-1, or an RSA key that is too short
  | 'ERR_PATH_WEAK'
  // a key or a signature of a kind that is not known
  | 'ERR_PATH_ALGORITHM'
  // the search would cost more than the limits allow
  | 'ERR_PATH_LIMIT'

/** An error of this package without more to it than a code. */
export function x509Error(code: X509ErrorCode, message: string, options?: ErrorOptions): CilockError<X509ErrorCode> {
  return new CilockError(code, message, options)
}
